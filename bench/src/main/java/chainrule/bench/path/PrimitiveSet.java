package chainrule.bench.path;

import chainrule.backend.Window;
import chainrule.backend.check.PrimitiveCase;
import chainrule.backend.check.PrimitiveCases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The measured primitives, all of the catalog; each set has the shapes that occur in the nets. */
public enum PrimitiveSet {
    /** The three products of a dense layer, and the layer: rows × in × out. */
    GEMM("\\d+x\\d+x\\d+", "128x32x32", "128x32x10", "128x784x32", "128x2048x128", "256x1024x1024", "1024x1024x1024") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = sizes(shape);
            List<PrimitiveCase> cases = new ArrayList<>();
            cases.addAll(of(PrimitiveCases.matrices(s[0], s[2], s[1]), "A·B", ""));
            cases.addAll(of(PrimitiveCases.matrices(s[0], s[1], s[2]), "A·Bᵀ"));
            cases.addAll(of(PrimitiveCases.matrices(s[1], s[2], s[0]), "Aᵀ·B"));
            return cases;
        }

        private static List<PrimitiveCase> of(List<PrimitiveCase> all, String... variants) {
            return all.stream().filter(c -> List.of(variants).contains(c.variant())).toList();
        }
    },
    /**
     * Convolutions of 128 images, channels-filters@side, with 3×3 kernels, stride 1 and padding unless the shape says otherwise:
     * "64-128@16k5s2" has 5×5 kernels and stride 2, "32-32@32v" no padding. Operations are counted by the definition, taps in
     * the padding included; Winograd's algorithm executes fewer.
     */
    CONVOLUTION(
            "\\d+-\\d+@" + Syntax.WINDOW,
            "3-32@32",
            "32-32@32",
            "32-64@16",
            "64-64@16",
            "64-128@8",
            "128-128@8",
            "1-32@28",
            "32-64@14",
            "64-64@7",
            "32-64@32s2",
            "64-64@16k1",
            "32-32@16k5",
            "32-32@32v") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            return PrimitiveCases.convolution(window(shape), IMAGES, sizes(shape)[1]).stream()
                    .filter(c -> c.primitive().startsWith("convolution"))
                    .toList();
        }

        @Override
        long executed(PrimitiveCase c, String shape, String backend) {
            if (!backend.equals(WINOGRAD)) {
                return c.operations();
            }
            int filters = sizes(shape)[1];
            return 2
                    * (c.primitive().equals("convolutionInputGradient")
                            ? WinogradRule.inputGradient(window(shape), IMAGES, filters)
                            : WinogradRule.multiplyAdds(window(shape), IMAGES, filters));
        }

        private static Window window(String shape) {
            int[] s = sizes(shape);
            return PrimitiveSet.window(shape, s[2], s[2], s[0], 3, 1);
        }
    },
    /** The unfolding of windows of 128 images, channels@side; 3×3 unless the shape says otherwise. */
    IM2COL("\\d+@" + Syntax.WINDOW, "32@16", "64@7") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = sizes(shape);
            return PrimitiveCases.convolution(window(shape, s[1], s[1], s[0], 3, 1), IMAGES, 1).stream()
                    .filter(c -> c.primitive().startsWith("im2col"))
                    .toList();
        }
    },
    /** Pooling of 128 images, side × side × channels; 2×2 windows with stride 2 unless the shape says otherwise. */
    POOLING("\\d+x\\d+x" + Syntax.WINDOW, "32x32x32", "16x16x64", "8x8x128", "32x32x32k3s2", "15x15x64k3s3") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = sizes(shape);
            return PrimitiveCases.pooling(window(shape + "v", s[0], s[1], s[2], 2, 2), IMAGES);
        }
    },
    /** Batch normalization, pixels × channels. */
    BATCHNORM("\\d+x\\d+", "131072x32", "32768x64", "8192x128", "128x128") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = sizes(shape);
            List<PrimitiveCase> cases = new ArrayList<>(PrimitiveCases.normalization(s[0], s[1]));
            cases.addAll(PrimitiveCases.rows(s[0], s[1]));
            return cases;
        }
    },
    /** Softmax and the losses, examples × classes. */
    LOSS("\\d+x\\d+", "128x10", "1024x1000") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = sizes(shape);
            List<PrimitiveCase> cases = new ArrayList<>(PrimitiveCases.losses(s[0], s[1]));
            cases.addAll(PrimitiveCases.differences(s[0] * s[1]));
            return cases;
        }
    },
    /** Elementwise functions and random numbers: one length that fits a core's cache, and one that does not. */
    ELEMENTWISE("\\d+", "4096", "4194304") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int n = sizes(shape)[0];
            List<PrimitiveCase> cases = new ArrayList<>(PrimitiveCases.elementwise(n));
            cases.removeIf(c -> c.variant().equals("in place")); // repeated calls end at denormal numbers
            cases.addAll(PrimitiveCases.random(n));
            return cases;
        }
    },
    /** Optimizer updates by number of weights: 32×32, a 3×3 kernel of 64→128 channels, 2048×128. */
    OPTIMIZER("\\d+", "1024", "73728", "262144") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            return PrimitiveCases.updates(sizes(shape)[0]);
        }
    };

    /** The backend that convolves with Winograd's algorithm where {@link WinogradRule} applies. */
    static final String WINOGRAD = "simd";

    private static final int IMAGES = 128;

    private final Pattern pattern;
    private final List<String> shapes;

    PrimitiveSet(String pattern, String... shapes) {
        this.pattern = Pattern.compile(pattern);
        this.shapes = List.of(shapes);
    }

    /** The shapes on which the set is measured. */
    public List<String> shapes() {
        return shapes;
    }

    /** True if the shape is written in the way of this set and its sizes make sense. */
    public boolean accepts(String shape) {
        if (!pattern.matcher(shape).matches()) {
            return false;
        }
        try {
            return Arrays.stream(sizes(shape)).allMatch(size -> size > 0) && !cases(shape).isEmpty();
        } catch (IllegalArgumentException | ArithmeticException _) {
            return false; // a kernel larger than its image, or more elements than a buffer can hold
        }
    }

    /** The primitives of the set on one of the shapes. */
    public abstract List<PrimitiveCase> cases(String shape);

    /** The names of the set's operations. */
    public List<String> operations() {
        return cases(shapes.getFirst()).stream().map(PrimitiveSet::operation).toList();
    }

    /** One primitive of the set. */
    public PrimitiveCase find(String operation, String shape) {
        return cases(shape).stream().filter(c -> operation(c).equals(operation)).findFirst().orElseThrow();
    }

    public static PrimitiveSet named(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** Primitive and variant: the name of an operation. */
    public static String operation(PrimitiveCase c) {
        return c.variant().isEmpty() ? c.primitive() : c.primitive() + " " + c.variant();
    }

    /** The operations that a backend executes. */
    long executed(PrimitiveCase c, String shape, String backend) {
        return c.operations();
    }

    /** The work of one call on a backend. */
    public Work work(String operation, String shape, String backend) {
        PrimitiveCase c = find(operation, shape);
        return Work.of(c).executing(executed(c, shape, backend));
    }

    /** "128x784x32", "3-32@32" → its integers. */
    static int[] sizes(String shape) {
        return Pattern.compile("\\d+").matcher(shape).results().mapToInt(m -> Integer.parseInt(m.group())).toArray();
    }

    /** The window after the sizes of a shape: k and the size of the kernel, s and the stride, v for no padding. */
    private static Window window(String shape, int height, int width, int channels, int kernel, int stride) {
        int k = option(shape, 'k', kernel);
        int s = option(shape, 's', stride);
        return shape.endsWith("v")
                ? Window.valid(height, width, channels, k, k, s, s)
                : Window.same(height, width, channels, k, k, s, s);
    }

    private static int option(String shape, char name, int otherwise) {
        Matcher option = Pattern.compile(name + "(\\d+)").matcher(shape);
        return option.find() ? Integer.parseInt(option.group(1)) : otherwise;
    }

    private static final class Syntax {
        /** The end of a shape with windows. */
        static final String WINDOW = "\\d+(k\\d+)?(s\\d+)?v?";
    }
}
