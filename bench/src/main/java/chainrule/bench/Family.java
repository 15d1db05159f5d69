package chainrule.bench;

import chainrule.bench.path.BandwidthPeak;
import chainrule.bench.path.CaptureBenchmark;
import chainrule.bench.path.MultiplyAddPeak;
import chainrule.bench.path.PrimitiveBenchmark;
import chainrule.bench.path.PrimitiveSet;
import chainrule.bench.path.StepBenchmark;
import chainrule.bench.path.TransferBenchmark;
import chainrule.bench.path.Work;
import chainrule.bench.path.Workbench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The families of benchmarks. A set on the command line is one of them, or "kernels", or "all". */
enum Family {
    STEPS("Training steps, batch 128", StepBenchmark.class),
    CAPTURE("Training steps with and without gradient capture, batch 128", CaptureBenchmark.class),
    GEMM("Matrix products of a dense layer, rows × in × out", PrimitiveSet.GEMM),
    CONVOLUTION("3×3 convolutions of 128 images, channels-filters@side", PrimitiveSet.CONVOLUTION),
    IM2COL("3×3 windows of 128 images unfolded, channels@side", PrimitiveSet.IM2COL),
    POOLING("2×2 pooling of 128 images, side × side × channels", PrimitiveSet.POOLING),
    BATCHNORM("Columns and batch normalization, pixels × channels", PrimitiveSet.BATCHNORM),
    LOSS("Softmax and losses, examples × classes", PrimitiveSet.LOSS),
    ELEMENTWISE("Elementwise functions and random numbers, by length", PrimitiveSet.ELEMENTWISE),
    OPTIMIZER("Optimizer updates, by number of weights", PrimitiveSet.OPTIMIZER),
    TRANSFER("Between host and device, by length", TransferBenchmark.class),
    /** The machine's multiply-add throughput; measured with each set that counts operations. */
    FLOP_PEAK("Peak FMA throughput of the machine", MultiplyAddPeak.class),
    /** The machine's memory bandwidth; measured with each set that counts bytes. */
    BYTE_PEAK("Memory bandwidth of the machine, by length of the arrays", BandwidthPeak.class);

    private static final Set<Family> PEAKS = EnumSet.of(FLOP_PEAK, BYTE_PEAK);

    private final String title;
    private final Class<? extends Workbench> benchmark;
    private final PrimitiveSet primitives;

    Family(String title, Class<? extends Workbench> benchmark) {
        this.title = title;
        this.benchmark = benchmark;
        this.primitives = null;
    }

    Family(String title, PrimitiveSet primitives) {
        this.title = title;
        this.benchmark = PrimitiveBenchmark.class;
        this.primitives = primitives;
    }

    String title() {
        return title;
    }

    /** The name on the command line and in results.json. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The quantity that a peak measures, in words. */
    String ceiling() {
        return this == FLOP_PEAK ? "multiply-adds in registers" : "a triad over arrays of similar size";
    }

    boolean peak() {
        return PEAKS.contains(this);
    }

    /** @throws IllegalArgumentException if there is no such set; the message names all sets */
    static Set<Family> set(String name) {
        Set<Family> all = EnumSet.complementOf(EnumSet.copyOf(PEAKS));
        if (name.equals("all")) {
            return all;
        }
        if (name.equals("kernels")) {
            all.remove(STEPS);
            all.remove(CAPTURE);
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

    /** The families with the peaks that they are compared with, peaks first. */
    static List<Family> withPeaks(Set<Family> families) {
        Stream<Family> peaks =
                families.stream().map(f -> f.unit() == Work.Unit.FLOP ? FLOP_PEAK : BYTE_PEAK).distinct().sorted();
        return Stream.concat(peaks, families.stream().sorted()).toList();
    }

    private Work.Unit unit() {
        return cases(List.of(""), List.of(1)).getFirst().work().unit();
    }

    /**
     * The cases to measure: each operation and shape, with the backends in turn. A peak has no backend; a GPU has no
     * threads and is measured once.
     */
    List<Case> cases(List<String> backends, List<Integer> threads) {
        List<Case> cases = new ArrayList<>();
        for (String shape : shapes()) {
            for (String operation : operations()) {
                Work work = work(operation, shape);
                for (int count : threads) {
                    for (String backend : peak() ? List.of(Case.MACHINE) : backends) {
                        if (backend.equals(Case.GPU) && count != threads.getFirst()) {
                            continue;
                        }
                        cases.add(new Case(this, benchmark, operation, shape, backend, count, work));
                    }
                }
            }
        }
        return cases;
    }

    private Work work(String operation, String shape) {
        return primitives == null ? workbench().work(operation, shape) : primitives.work(operation, shape);
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
