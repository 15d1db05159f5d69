package chainrule.bench.versus;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.bench.contender.Campaign;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.ContenderProcess;
import chainrule.bench.contender.Task;
import chainrule.bench.contender.Timing;
import chainrule.bench.versus.VersusResults.Entrant;
import chainrule.bench.versus.VersusResults.Mode;
import chainrule.bench.versus.VersusResults.Plan;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two processes that only spend time, from their start to the sentence of the page. */
class PlantedCrossoverTest {
    private static final int LAUNCHES = 20;

    /** Speaks the protocol of contenders; a step takes what {@link MadeUp#planted} says. */
    static final class Spender {
        private Spender() {}

        public static void main(String[] args) throws IOException {
            BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            double step = Double.NaN;
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                JsonObject request = JsonParser.parseString(line).getAsJsonObject();
                if (request.has("run")) {
                    System.out.println(spend(request.get("run").getAsDouble(), step));
                } else {
                    step = MadeUp.planted(args[0], request.get("batch").getAsInt(), LAUNCHES);
                    System.out.println("{}");
                }
            }
        }

        private static JsonObject spend(double seconds, double step) {
            long start = System.nanoTime();
            long steps = 0;
            long now;
            do {
                steps++;
                do {
                    now = System.nanoTime();
                } while (now - start < 1e9 * steps * step);
            } while (now - start < 1e9 * seconds);
            JsonObject window = new JsonObject();
            window.addProperty("seconds", 1e-9 * (now - start));
            window.addProperty("steps", steps);
            return window;
        }
    }

    private static Contender contender(String name, String program, int threads) {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Spender.class.getName(),
                        program);
        return new Contender(name, program, threads, "", command, Map.of());
    }

    private static Task task(int batch) {
        JsonObject request = new JsonObject();
        request.addProperty("batch", batch);
        return new Task(String.valueOf(batch), request, null);
    }

    @Test
    void isFoundWithinTenPercent() {
        List<Contender> contenders = List.of(contender(MadeUp.BASE, "simd", 2), contender("cuda", "cuda", 0));
        List<Integer> batches = List.of(16, 64, 256, 1024);
        Plan plan =
                new Plan(
                        Mode.TRAIN,
                        List.of("mlp40"),
                        List.of(),
                        batches,
                        contenders.stream().map(c -> new Entrant(c.name(), c.program(), c.threads(), "")).toList(),
                        "",
                        0.02,
                        3,
                        0.05,
                        60,
                        Map.of());
        VersusRun run =
                new VersusRun(
                        new LinkedHashMap<>(),
                        plan,
                        List.of(),
                        Map.of("planted", Map.entry("mlp40", 0)),
                        _ -> {},
                        () -> false);
        Campaign.Watch watch =
                new Campaign.Watch() {
                    @Override
                    public void begin() {}

                    @Override
                    public Campaign.Disturbance end() {
                        return new Campaign.Disturbance(0, 0, 0);
                    }

                    @Override
                    public double joules() {
                        return Double.NaN;
                    }
                };
        Timing timing = new Timing(0.02, 3, 0.02, 0.02, 0.2);
        List<Task> tasks = batches.stream().map(PlantedCrossoverTest::task).toList();
        new Campaign(ContenderProcess::start, timing, 60, watch, run, new Random(1))
                .run(List.of(new Campaign.Group("planted", contenders, tasks)));
        String lead = new VersusReport(run.results()).report().lead();
        Matcher found =
                Pattern.compile("cuda (is|seems to be) faster than simd with 2 threads from batch (\\d+) ")
                        .matcher(lead);
        assertThat(found.find()).as(lead).isTrue();
        double planted = LAUNCHES * 50e-6 / 0.9 / 8e-6; // launches + t/10 = t
        assertThat(Double.parseDouble(found.group(2))).isBetween(0.9 * planted, 1.1 * planted);
    }
}
