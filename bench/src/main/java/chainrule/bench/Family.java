package chainrule.bench;

import chainrule.bench.contender.Net;
import chainrule.bench.path.CaptureBenchmark;
import chainrule.bench.path.InferenceBenchmark;
import chainrule.bench.path.InputBenchmark;
import chainrule.bench.path.ModelFileBenchmark;
import chainrule.bench.path.PrimitiveBenchmark;
import chainrule.bench.path.PrimitiveSet;
import chainrule.bench.path.StartBenchmark;
import chainrule.bench.path.StepBenchmark;
import chainrule.bench.path.TransferBenchmark;
import chainrule.bench.path.Work;
import chainrule.bench.path.Workbench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The families of benchmarks. A set on the command line is one of them, or "kernels", or "all". */
enum Family {
    STEPS("Training steps, batch 128", StepBenchmark.class),
    CAPTURE("Training steps with and without gradient capture, batch 128", CaptureBenchmark.class),
    GEMM("Matrix products of a dense layer, rows × in × out", PrimitiveSet.GEMM),
    CONVOLUTION("Convolutions of 128 images, channels-filters@side", PrimitiveSet.CONVOLUTION),
    IM2COL("Windows of 128 images unfolded, channels@side", PrimitiveSet.IM2COL),
    POOLING("Pooling of 128 images, side × side × channels", PrimitiveSet.POOLING),
    BATCHNORM("Columns and batch normalization, pixels × channels", PrimitiveSet.BATCHNORM),
    LOSS("Softmax and losses, examples × classes", PrimitiveSet.LOSS),
    ELEMENTWISE("Elementwise functions and random numbers, by length", PrimitiveSet.ELEMENTWISE),
    OPTIMIZER("Optimizer updates, by number of weights", PrimitiveSet.OPTIMIZER),
    TRANSFER("Between host and device, by length", TransferBenchmark.class),
    INFERENCE("Forward passes at inference, net@batch", InferenceBenchmark.class),
    INPUT("One batch of 128 images from the input pipeline, height × width × channels", InputBenchmark.class),
    MODEL_FILE("Saving and loading a model", ModelFileBenchmark.class),
    START("A new JVM up to the end of its first training step", StartBenchmark.class),
    /** The multiply-add throughput of the machine or a device; measured before all others. */
    FLOP_PEAK("Peak throughput of multiply-adds"),
    /** The memory bandwidth of the machine or a device; measured before all others. */
    BYTE_PEAK("Memory bandwidth, by bytes of all arrays together");

    private static final Set<Family> PEAKS = EnumSet.of(FLOP_PEAK, BYTE_PEAK);

    private final String title;
    private final Class<? extends Workbench> benchmark;
    private final PrimitiveSet primitives;

    Family(String title) {
        this(title, null, null);
    }

    Family(String title, Class<? extends Workbench> benchmark) {
        this(title, benchmark, null);
    }

    Family(String title, PrimitiveSet primitives) {
        this(title, PrimitiveBenchmark.class, primitives);
    }

    Family(String title, Class<? extends Workbench> benchmark, PrimitiveSet primitives) {
        this.title = title;
        this.benchmark = benchmark;
        this.primitives = primitives;
    }

    String title() {
        return title;
    }

    /** The name on the command line and in results.json. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean peak() {
        return PEAKS.contains(this);
    }

    /** True if a call is a whole training step. */
    boolean steps() {
        return this == STEPS || this == CAPTURE;
    }

    /** @throws IllegalArgumentException if there is no such set; the message names all sets */
    static Set<Family> set(String name) {
        Set<Family> all = EnumSet.complementOf(EnumSet.copyOf(PEAKS));
        if (name.equals("all")) {
            return all;
        }
        if (name.equals("kernels")) {
            all.removeIf(f -> f.primitives == null && f != TRANSFER);
            return all;
        }
        return all.stream()
                .filter(f -> f.label().equals(name))
                .findFirst()
                .map(EnumSet::of)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "unknown set '"
                                                + name
                                                + "', expected all, kernels, "
                                                + all.stream().map(Family::label).collect(Collectors.joining(", "))));
    }

    /**
     * The shapes that are measured: those given that are written in the way of this family, or its own if none are given.
     *
     * @param given shapes of the command line
     */
    List<String> shapes(Collection<String> given) {
        return given.isEmpty() ? shapes() : given.stream().filter(this::accepts).toList();
    }

    private boolean accepts(String shape) {
        if (primitives != null) {
            return primitives.accepts(shape);
        }
        if (this == TRANSFER) {
            return shape.matches("[1-9]\\d{0,8}");
        }
        if (this == INPUT) {
            return shape.matches("[1-9]\\d*x[1-9]\\d*x[1-9]\\d*");
        }
        try {
            Net.named(this == INFERENCE ? shape.replaceFirst("@[1-9]\\d{0,5}$", "") : shape);
            return this != INFERENCE || shape.contains("@");
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /**
     * The cases to measure: each operation and shape, with the backends in turn. A GPU has no threads and is measured once.
     */
    List<Case> cases(List<String> shapes, List<String> backends, List<Integer> threads) {
        List<Case> cases = new ArrayList<>();
        for (String shape : shapes) {
            for (String operation : operations()) {
                for (int count : threads) {
                    for (String backend : backends) {
                        if (backend.equals(Case.GPU) && count != threads.getFirst()) {
                            continue;
                        }
                        Work work = work(operation, shape, backend);
                        cases.add(new Case(this, benchmark, operation, shape, backend, count, work));
                    }
                }
            }
        }
        return cases;
    }

    private Work work(String operation, String shape, String backend) {
        return primitives == null
                ? workbench().work(operation, shape, backend)
                : primitives.work(operation, shape, backend);
    }

    private List<String> shapes() {
        if (primitives != null) {
            return primitives.shapes();
        }
        try {
            return List.of(benchmark.getField("shape").getAnnotation(Param.class).value());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(benchmark + " has no parameter 'shape'", e);
        }
    }

    private List<String> operations() {
        if (primitives != null) {
            return primitives.operations();
        }
        return Arrays.stream(benchmark.getDeclaredMethods())
                .filter(m -> m.isAnnotationPresent(Benchmark.class))
                .map(Method::getName)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private Workbench workbench() {
        try {
            return benchmark.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(benchmark + " cannot be created", e);
        }
    }
}
