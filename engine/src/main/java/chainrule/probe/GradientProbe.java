package chainrule.probe;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.Statistics;
import chainrule.io.FormatException;
import chainrule.io.Snapshot;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.Gradients;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Captures the gradient of every layer: of its weights, its biases and its activations.
 *
 * <pre>{@code
 * List<GradientRow> rows = GradientProbe.capture(net, Loss.SOFTMAX_CROSS_ENTROPY, x, target);   // one batch
 * trainer.probe(new GradientProbe(100));                                                         // every 100th step
 * }</pre>
 *
 * A gradient of all zeros is a finding, shown as such, never an error.
 */
public final class GradientProbe {
    /** What a stored row consists of. */
    private static final int NUMBERS = 10;

    /** The whole numbers up to this one are float64 numbers. */
    private static final long MOST_EXACT = 1L << 53;

    private final int every;
    private final List<GradientRow> rows = new ArrayList<>();
    private final List<GradientRow> activations = new ArrayList<>();

    /** @param every captures each step whose number is a multiple of this */
    public GradientProbe(int every) {
        if (every < 1) {
            throw new IllegalArgumentException("a gradient probe every " + every + " steps: must be at least 1");
        }
        this.every = every;
    }

    /** The gradients of one batch, as in training; nothing is changed, running statistics included. */
    public static List<GradientRow> capture(Sequential net, Loss loss, Tensor x, Tensor target) {
        Backend k = net.backend();
        GradientProbe probe = new GradientProbe(1);
        Map<Parameter, double[]> running = new LinkedHashMap<>();
        net.parameters().stream().filter(p -> !p.trainable()).forEach(p -> running.put(p, k.download(p.buffer())));
        try (Scope _ = k.openScope("gradient capture")) {
            Tape tape = new Tape(k);
            // As in training, so that batch norm and dropout do what they do there; the draw is fixed.
            Tensor y = net.forward(tape, x, RandomStream.of(0, "gradient capture"));
            Tensor l = tape.run(loss.of(y, target));
            Gradients gradients = tape.backward(l, probe.listener(k, 0));
            probe.finish(0, net, gradients);
        }
        running.forEach((p, values) -> k.upload(values, p.buffer()));
        return probe.rows();
    }

    /** Whether this step is to be captured. */
    public boolean wants(long step) {
        return step % every == 0;
    }

    /** Listens to the activations' gradients during a backward pass. */
    public Tape.GradientListener listener(Backend k, long step) {
        activations.clear();
        return (entry, gradient) -> {
            if (!entry.layer().isEmpty()) {
                activations.add(
                        new GradientRow(
                                step,
                                0,
                                entry.layer(),
                                GradientRow.Role.ACTIVATION,
                                entry.op().name(),
                                k.statistics(gradient.buffer())));
            }
        };
    }

    /** Adds the parameters' gradients, layer by layer from the input on. */
    public void finish(long step, Sequential net, Gradients gradients) {
        Collections.reverse(activations); // backward told of the last one first
        int depth = 0;
        for (Sequential.Stage stage : net.stages()) {
            boolean weighted = stage.parameters().values().stream().anyMatch(Parameter::trainable);
            int place = weighted ? ++depth : 0;
            stage.parameters()
                    .forEach(
                            (name, p) -> {
                                if (p.differentiable()) {
                                    rows.add(
                                            new GradientRow(
                                                    step,
                                                    place,
                                                    stage.name(),
                                                    name.equals("weight") || name.equals("gamma")
                                                            ? GradientRow.Role.WEIGHT
                                                            : GradientRow.Role.BIAS,
                                                    p.name(),
                                                    net.backend().statistics(gradients.of(p).buffer())));
                                }
                            });
            activations.stream().filter(a -> a.layer().equals(stage.name())).forEach(rows::add);
        }
    }

    /** What it captures: a run resumes only with a probe that captures the same. */
    public String description() {
        return every == 1 ? "every step" : "every " + every + " steps";
    }

    /** Stores what was captured so far: the tensors by name, then a row of numbers per capture. */
    public void save(Snapshot into) {
        Map<Place, Integer> places = new LinkedHashMap<>();
        rows.forEach(row -> places.putIfAbsent(Place.of(row), places.size()));
        into.put("places", places.size());
        places.forEach((place, index) -> place.save(into.part("place " + (index + 1))));
        double[] numbers = new double[rows.size() * NUMBERS];
        for (int i = 0; i < rows.size(); i++) {
            GradientRow row = rows.get(i);
            Statistics s = row.statistics();
            double[] one = {
                row.step(),
                places.get(Place.of(row)),
                s.count(),
                s.min(),
                s.max(),
                s.sum(),
                s.sumAbs(),
                s.sumSquares(),
                s.zeros(),
                s.nonFinite()
            };
            System.arraycopy(one, 0, numbers, i * NUMBERS, NUMBERS);
        }
        into.put("rows", new int[] {rows.size(), NUMBERS}, numbers, true);
    }

    /** Remembers what was stored, and nothing else. @throws FormatException if it is not what {@link #save} stores */
    public void restore(Snapshot from) {
        List<Place> places = new ArrayList<>();
        long count = from.whole("places", Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            places.add(Place.restored(from.part("place " + (i + 1))));
        }
        double[] numbers = from.values("rows");
        if (numbers.length % NUMBERS != 0) {
            throw new FormatException("its captured gradients have " + numbers.length + " numbers: no whole rows");
        }
        List<GradientRow> stored = new ArrayList<>();
        for (int i = 0; i < numbers.length; i += NUMBERS) {
            long step = whole("step", numbers[i], MOST_EXACT);
            Place place = places.get((int) whole("place", numbers[i + 1], places.size() - 1));
            long elements = whole("count", numbers[i + 2], MOST_EXACT);
            Statistics statistics =
                    new Statistics(
                            elements,
                            numbers[i + 3],
                            numbers[i + 4],
                            numbers[i + 5],
                            numbers[i + 6],
                            numbers[i + 7],
                            whole("number of zeros", numbers[i + 8], elements),
                            whole("number of values that are not finite", numbers[i + 9], elements));
            stored.add(new GradientRow(step, place.depth(), place.layer(), place.role(), place.tensor(), statistics));
        }
        rows.clear();
        rows.addAll(stored);
    }

    private static long whole(String what, double number, long most) {
        if (!(number >= 0 && number <= most && number == Math.rint(number))) {
            throw new FormatException(
                    "its captured gradients have "
                            + number
                            + " as "
                            + what
                            + ", expected a whole number from 0 to "
                            + most);
        }
        return (long) number;
    }

    /** Which tensor a row is about: the same ones again in every captured step. */
    private record Place(int depth, String layer, GradientRow.Role role, String tensor) {
        static Place of(GradientRow row) {
            return new Place(row.depth(), row.layer(), row.role(), row.tensor());
        }

        void save(Snapshot into) {
            into.put("depth", depth).put("layer", layer).put("role", role.name()).put("tensor", tensor);
        }

        static Place restored(Snapshot from) {
            String word = from.text("role");
            GradientRow.Role role =
                    Arrays.stream(GradientRow.Role.values())
                            .filter(r -> r.name().equals(word))
                            .findFirst()
                            .orElseThrow(
                                    () -> new FormatException("it has captured gradients of the role '" + word + "'"));
            int depth = (int) from.whole("depth", Integer.MAX_VALUE);
            return new Place(depth, from.text("layer"), role, from.text("tensor"));
        }
    }

    /** Everything captured so far, step by step, layer by layer. */
    public List<GradientRow> rows() {
        return Collections.unmodifiableList(rows);
    }
}
