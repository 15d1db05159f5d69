package chainrule.bench.versus;

import chainrule.bench.versus.VersusResults.Entrant;
import chainrule.bench.versus.VersusResults.Missing;
import chainrule.bench.versus.VersusResults.Mode;
import chainrule.bench.versus.VersusResults.Plan;
import chainrule.bench.versus.VersusResults.Round;
import chainrule.bench.versus.VersusResults.Sample;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/** Results of a model: the times of contenders are known, so that the report's statements can be checked. */
final class MadeUp {
    static final String BASE = "simd, 2 threads";
    static final String AGAIN = "simd, 2 threads, again";

    /** The time of a step. */
    interface Model {
        double seconds(String contender, int batch, int width);
    }

    private final Random random = new Random(1);
    private final List<Round> rounds = new ArrayList<>();
    private final List<Missing> missing = new ArrayList<>();
    private final List<TimeToAccuracy.Result> accuracy = new ArrayList<>();
    private List<String> nets = List.of("mlp40");
    private List<Integer> widths = List.of();
    private List<Integer> batches = List.of(1, 4, 16, 64, 256, 1024, 4096);
    private List<Entrant> contenders =
            List.of(
                    new Entrant(BASE, "simd", 2, "512-bit vectors"),
                    new Entrant(AGAIN, "simd", 2, "512-bit vectors"),
                    new Entrant("cuda", "cuda", 0, "a GPU that does not exist"));
    private Mode mode = Mode.TRAIN;
    private Map<String, Double> prices = Map.of();
    private double noise = 0.01;
    private double joules = 20;

    MadeUp nets(String... names) {
        nets = List.of(names);
        return this;
    }

    MadeUp widths(Integer... values) {
        widths = List.of(values);
        return this;
    }

    MadeUp batches(Integer... values) {
        batches = List.of(values);
        return this;
    }

    MadeUp contenders(Entrant... entrants) {
        contenders = List.of(entrants);
        return this;
    }

    MadeUp infer() {
        mode = Mode.INFER;
        return this;
    }

    MadeUp prices(Map<String, Double> perHour) {
        prices = perHour;
        return this;
    }

    MadeUp noise(double fraction) {
        noise = fraction;
        return this;
    }

    /** A machine without counters of energy. */
    MadeUp withoutEnergy() {
        joules = 0;
        return this;
    }

    MadeUp missing(String contender, String net, int batch, String reason) {
        missing.add(new Missing(contender, net, 0, batch, reason));
        return this;
    }

    MadeUp accuracy(TimeToAccuracy.Result... results) {
        accuracy.addAll(List.of(results));
        return this;
    }

    MadeUp rounds(int count, Model model) {
        return rounds(count, false, model);
    }

    /** Adds rounds of each net and width; a contender without a finite time has no sample. */
    MadeUp rounds(int count, boolean discarded, Model model) {
        for (String net : nets) {
            for (int width : widths.isEmpty() ? List.of(0) : widths) {
                for (int i = 0; i < count; i++) {
                    rounds.add(round(net, width, discarded, model));
                }
            }
        }
        return this;
    }

    private Round round(String net, int width, boolean discarded, Model model) {
        List<Sample> samples = new ArrayList<>();
        double drift = 10 * noise * random.nextGaussian();
        for (Entrant entrant : contenders) {
            for (int batch : batches) {
                double time = model.seconds(entrant.name(), batch, width);
                if (Double.isFinite(time)) {
                    samples.add(sample(entrant, batch, time * Math.exp(drift + noise * random.nextGaussian())));
                }
            }
        }
        int number = (int) rounds.stream().filter(r -> r.net().equals(net) && r.width() == width).count() + 1;
        return new Round(
                net,
                width,
                number,
                "2026-01-01T00:00:00Z",
                30,
                discarded ? 0.5 : 0.2,
                0.001,
                discarded ? 0.2 : 0.01,
                samples);
    }

    private Sample sample(Entrant entrant, int batch, double time) {
        List<Double> windows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            windows.add(time * Math.exp(noise / 10 * random.nextGaussian()));
        }
        boolean infer = mode == Mode.INFER;
        return new Sample(
                entrant.name(),
                batch,
                windows,
                1.5,
                batch > 1 || !entrant.gpu(),
                time * 1.5,
                1e8 + 1e5 * batch,
                infer ? time : 0,
                infer ? 1.4 * time : 0,
                entrant.gpu() ? 0 : joules * time,
                parts(entrant, time),
                entrant.gpu() ? Map.of("host", 0.1 * time, "products", 0.9 * time) : Map.of());
    }

    private static Map<String, Double> parts(Entrant entrant, double time) {
        if (!entrant.program().equals("simd") && !entrant.gpu()) {
            return Map.of();
        }
        return entrant.gpu()
                ? Map.of("host", 0.25 * time, "launch", 0.5 * time, "waiting", 0.25 * time)
                : Map.of("host", 0.2 * time, "products", 0.5 * time, "elementwise", 0.3 * time);
    }

    VersusResults build() {
        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        facts.put("command", "./run versus");
        facts.put("CPU", "made up");
        facts.put("processors", 2L);
        Plan plan = new Plan(mode, nets, widths, batches, contenders, AGAIN, 0.2, 5, 0.05, 1200, prices);
        return new VersusResults(VersusResults.SCHEMA, facts, plan, rounds, missing, accuracy);
    }

    /** A CPU and a GPU whose launches take 50 µs; otherwise it is ten times as fast. */
    static double planted(String contender, int batch, int launches) {
        double cpu = 8e-6 * batch;
        return contender.equals("cuda") ? launches * 50e-6 + cpu / 10 : cpu;
    }
}
