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
 * Captures statistics of the gradients of every layer: of its weights, biases and activations.
 *
 * <pre>{@code
 * List<GradientRow> rows = GradientProbe.capture(net, Loss.SOFTMAX_CROSS_ENTROPY, x, target);   // one batch
 * trainer.probe(new GradientProbe(100));                                                         // every 100th step
 * }</pre>
 *
 * A gradient of all zeros is a valid result, not an error.
 */
public final class GradientProbe {
    /** The number of columns of a stored row. */
    private static final int COLUMNS = 10;

    /** All integers up to this one are exact in float64. */
    private static final long LARGEST_EXACT = 1L << 53;

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

    /** Captures the gradients of one batch, as in training. Neither parameters nor running statistics change. */
    public static List<GradientRow> capture(Sequential net, Loss loss, Tensor x, Tensor target) {
        Backend backend = net.backend();
        GradientProbe probe = new GradientProbe(1);
        Map<Parameter, double[]> running = new LinkedHashMap<>();
        net.parameters().stream().filter(p -> !p.trainable()).forEach(p -> running.put(p, backend.download(p)));
        try (Scope _ = backend.openScope("gradient capture")) {
            Tape tape = new Tape(backend);
            // In training mode, which changes batch norm and dropout; the draw is fixed.
            Tensor y = net.forward(tape, x, RandomStream.of(0, "gradient capture"));
            Tensor l = tape.run(loss.of(y, target));
            Gradients gradients = tape.backward(l, probe.listener(backend, 0));
            probe.finish(0, net, gradients);
        }
        running.forEach((p, values) -> backend.upload(values, p));
        return probe.rows();
    }

    /** Returns true if this step is to be captured. */
    public boolean wants(long step) {
        return step % every == 0;
    }

    /** Returns a listener that captures the activations' gradients during a backward pass. */
    public Tape.GradientListener listener(Backend backend, long step) {
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
                                backend.statistics(gradient)));
            }
        };
    }

    /** Adds the parameters' gradients, layer by layer, starting at the input. */
    public void finish(long step, Sequential net, Gradients gradients) {
        Collections.reverse(activations); // the backward pass visits the last op first
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

    /** Describes what is captured; a checkpoint can be resumed only with an equal description. */
    public String description() {
        return every == 1 ? "every step" : "every " + every + " steps";
    }

    /** Stores everything captured so far: the tensors by name, then one row of values per capture. */
    public void save(Snapshot into) {
        Map<Place, Integer> places = new LinkedHashMap<>();
        rows.forEach(row -> places.putIfAbsent(Place.of(row), places.size()));
        into.put("places", places.size());
        places.forEach((place, index) -> place.save(into.part("place " + (index + 1))));
        double[] values = new double[rows.size() * COLUMNS];
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
            System.arraycopy(one, 0, values, i * COLUMNS, COLUMNS);
        }
        into.put("rows", new int[] {rows.size(), COLUMNS}, values, true);
    }

    /**
     * Replaces the captured gradients by stored ones.
     *
     * @throws FormatException if {@link #save} cannot have stored them
     */
    public void restore(Snapshot from) {
        List<Place> places = new ArrayList<>();
        long count = from.integer("places", Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            places.add(Place.restored(from.part("place " + (i + 1))));
        }
        double[] values = from.values("rows");
        if (values.length % COLUMNS != 0) {
            throw new FormatException(
                    "its captured gradients have " + values.length + " values, not a multiple of " + COLUMNS);
        }
        List<GradientRow> stored = new ArrayList<>();
        for (int i = 0; i < values.length; i += COLUMNS) {
            long step = integer("step", values[i], LARGEST_EXACT);
            Place place = places.get((int) integer("place", values[i + 1], places.size() - 1));
            long elements = integer("count", values[i + 2], LARGEST_EXACT);
            Statistics statistics =
                    new Statistics(
                            elements,
                            values[i + 3],
                            values[i + 4],
                            values[i + 5],
                            values[i + 6],
                            values[i + 7],
                            integer("number of zeros", values[i + 8], elements),
                            integer("number of non-finite values", values[i + 9], elements));
            stored.add(new GradientRow(step, place.depth(), place.layer(), place.role(), place.tensor(), statistics));
        }
        rows.clear();
        rows.addAll(stored);
    }

    private static long integer(String what, double number, long most) {
        if (!(number >= 0 && number <= most && number == Math.rint(number))) {
            throw new FormatException(
                    "its captured gradients have "
                            + number
                            + " as "
                            + what
                            + ", expected an integer from 0 to "
                            + most);
        }
        return (long) number;
    }

    /** The tensor that a row describes; every captured step has the same places. */
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
                                    () ->
                                            new FormatException(
                                                    "its captured gradients have the unknown role '" + word + "'"));
            int depth = (int) from.integer("depth", Integer.MAX_VALUE);
            return new Place(depth, from.text("layer"), role, from.text("tensor"));
        }
    }

    /** Returns everything captured so far, by step and layer. */
    public List<GradientRow> rows() {
        return Collections.unmodifiableList(rows);
    }
}
