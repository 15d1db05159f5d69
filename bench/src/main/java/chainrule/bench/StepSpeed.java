package chainrule.bench;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.cpu.EjmlBackend;
import chainrule.data.Batch;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.optimizer.Sgd;
import chainrule.simd.SimdBackend;
import chainrule.tensor.Shape;
import chainrule.train.Trainer;

import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Training steps per second of the nets that are compared with PyTorch and Keras, through {@link Trainer#step}: forward,
 * loss, backward, update, batch 128.
 *
 * <p>Arguments: backend (simd, ejml), threads, nets (mlp5,mlp20,mlp40,mnist,cifar), seconds a net, and "profile" for the
 * share of every primitive.
 */
public final class StepSpeed {
    private static final int BATCH = 128;

    private StepSpeed() {}

    public static void main(String[] args) {
        int threads = Integer.parseInt(args[1]);
        double seconds = args.length < 4 ? 5 : Double.parseDouble(args[3]);
        for (String net : args[2].split(",")) {
            try (Backend backend = args[0].equals("ejml") ? new EjmlBackend(threads) : new SimdBackend(threads);
                    var _ = backend.openScope("bench")) {
                run(net, backend, seconds, args.length > 4);
            }
        }
    }

    private static void run(String name, Backend backend, double seconds, boolean profile) {
        Map<String, Long> nanos = new TreeMap<>();
        Backend k = profile ? timed(backend, nanos) : backend;
        boolean dense = name.startsWith("mlp");
        Shape input = dense ? Shape.of(784) : name.equals("mnist") ? Shape.of(28, 28, 1) : Shape.of(32, 32, 3);
        List<Layer> layers =
                dense ? mlp(Integer.parseInt(name.substring(3))) : name.equals("mnist") ? mnist() : cifar();
        Sequential net = Sequential.build(k, 1, input, layers);
        Trainer trainer = new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, dense ? new Sgd(0.01) : new Adam(1e-3));
        Batch batch = batch(input);
        long begin = System.nanoTime();
        List<Double> rates = new ArrayList<>();
        boolean warm = false;
        double first = 0;
        int steps = 0;
        while (rates.isEmpty() || System.nanoTime() - begin < seconds * 1.5e9) {
            if (!warm && System.nanoTime() - begin > seconds * 0.5e9) {
                warm = true;
                nanos.clear();
                steps = 0;
            }
            long start = clock(backend);
            int count = dense && warm ? 50 : 1;
            for (int i = 0; i < count; i++) {
                trainer.step(batch);
            }
            steps += count;
            first = first == 0 ? (System.nanoTime() - begin) * 1e-9 : first;
            if (warm) {
                rates.add(count * 1e9 / (clock(backend) - start));
            }
        }
        double[] sorted = rates.stream().mapToDouble(r -> r).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%-6s %-44s median %9.1f steps/s  best %9.1f  first step %.2f s%n",
                name,
                backend.description(),
                sorted[sorted.length / 2],
                sorted[sorted.length - 1],
                first);
        int measured = steps;
        nanos.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(
                        e ->
                                System.out.printf(
                                        Locale.ROOT, "  %-30s %9.1f µs%n", e.getKey(), e.getValue() * 1e-3 / measured));
    }

    /** With one thread its own processor time, which other programs on the machine do not disturb; else the time. */
    private static long clock(Backend backend) {
        return backend.description().endsWith(" 1 thread")
                ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    /** The backend, adding up the time every primitive takes. */
    private static Backend timed(Backend backend, Map<String, Long> nanos) {
        return (Backend)
                Proxy.newProxyInstance(
                        Backend.class.getClassLoader(),
                        new Class<?>[] {Backend.class},
                        (_, method, arguments) -> {
                            long start = clock(backend);
                            try {
                                return method.invoke(backend, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            } finally {
                                nanos.merge(method.getName(), clock(backend) - start, Long::sum);
                            }
                        });
    }

    private static Batch batch(Shape input) {
        Random random = new Random(1);
        float[] inputs = new float[BATCH * input.elements()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) random.nextGaussian();
        }
        float[] targets = new float[BATCH * 10];
        for (int i = 0; i < BATCH; i++) {
            targets[10 * i + random.nextInt(10)] = 1;
        }
        return new Batch(BATCH, input, inputs, 10, targets);
    }

    private static List<Layer> mlp(int depth) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            layers.add(new Dense(32));
            layers.add(new Activation(Elementwise.TANH));
        }
        layers.add(new Dense(10));
        return layers;
    }

    private static List<Layer> mnist() {
        List<Layer> layers = new ArrayList<>();
        for (int filters : new int[] {32, 64, 64}) {
            layers.addAll(List.of(Conv2d.same(filters, 3), new Activation(Elementwise.RELU), MaxPool2d.of(2)));
        }
        layers.addAll(List.of(new Flatten(), new Dense(64), new Activation(Elementwise.RELU), new Dense(10)));
        return layers;
    }

    private static List<Layer> cifar() {
        List<Layer> layers = new ArrayList<>();
        double[] rates = {.2, .3, .4};
        for (int block = 0; block < 3; block++) {
            for (int i = 0; i < 2; i++) {
                layers.add(Conv2d.same(32 << block, 3));
                layers.add(new Activation(Elementwise.RELU));
                layers.add(new BatchNorm());
            }
            layers.add(MaxPool2d.of(2));
            layers.add(new Dropout(rates[block]));
        }
        layers.addAll(
                Arrays.asList(
                        new Flatten(),
                        new Dense(128),
                        new Activation(Elementwise.RELU),
                        new BatchNorm(),
                        new Dropout(.5),
                        new Dense(10)));
        return layers;
    }
}
