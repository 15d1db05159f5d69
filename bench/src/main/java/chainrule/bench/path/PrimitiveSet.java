package chainrule.bench.path;

import chainrule.backend.Window;
import chainrule.backend.check.PrimitiveCase;
import chainrule.backend.check.PrimitiveCases;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The measured primitives, all of the catalog; each set has the shapes that occur in the nets. */
public enum PrimitiveSet {
    /** The three products of a dense layer, and the layer: rows × in × out. */
    GEMM("128x32x32", "128x32x10", "128x784x32", "128x2048x128", "256x1024x1024", "1024x1024x1024") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = Workbench.sizes(shape);
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
     * 3×3 convolutions of 128 images, channels-filters@side. Operations are counted by the definition, taps in the
     * padding included; Winograd's algorithm needs fewer.
     */
    CONVOLUTION(
            "3-32@32", "32-32@32", "32-64@16", "64-64@16", "64-128@8", "128-128@8", "1-32@28", "32-64@14", "64-64@7") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = Workbench.sizes(shape);
            Window w = Window.same(s[2], s[2], s[0], 3, 3, 1, 1);
            return PrimitiveCases.convolution(w, IMAGES, s[1]).stream()
                    .filter(c -> c.primitive().startsWith("convolution"))
                    .toList();
        }
    },
    /** The unfolding of 3×3 windows of 128 images, channels@side. */
    IM2COL("32@16", "64@7") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = Workbench.sizes(shape);
            Window w = Window.same(s[1], s[1], s[0], 3, 3, 1, 1);
            return PrimitiveCases.convolution(w, IMAGES, 1).stream()
                    .filter(c -> c.primitive().startsWith("im2col"))
                    .toList();
        }
    },
    /** 2×2 pooling of 128 images, side × side × channels. */
    POOLING("32x32x32", "16x16x64", "8x8x128") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = Workbench.sizes(shape);
            return PrimitiveCases.pooling(Window.valid(s[0], s[1], s[2], 2, 2, 2, 2), IMAGES);
        }
    },
    /** Batch normalization, pixels × channels. */
    BATCHNORM("131072x32", "32768x64", "8192x128", "128x128") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = Workbench.sizes(shape);
            List<PrimitiveCase> cases = new ArrayList<>(PrimitiveCases.normalization(s[0], s[1]));
            cases.addAll(PrimitiveCases.rows(s[0], s[1]));
            return cases;
        }
    },
    /** Softmax and the losses, examples × classes. */
    LOSS("128x10", "1024x1000") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int[] s = Workbench.sizes(shape);
            List<PrimitiveCase> cases = new ArrayList<>(PrimitiveCases.losses(s[0], s[1]));
            cases.addAll(PrimitiveCases.differences(s[0] * s[1]));
            return cases;
        }
    },
    /** Elementwise functions and random numbers: one length that fits a core's cache, and one that does not. */
    ELEMENTWISE("4096", "4194304") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            int n = Workbench.sizes(shape)[0];
            List<PrimitiveCase> cases = new ArrayList<>(PrimitiveCases.elementwise(n));
            cases.removeIf(c -> c.variant().equals("in place")); // repeated calls end at denormal numbers
            cases.addAll(PrimitiveCases.random(n));
            return cases;
        }
    },
    /** Optimizer updates by number of weights: 32×32, a 3×3 kernel of 64→128 channels, 2048×128. */
    OPTIMIZER("1024", "73728", "262144") {
        @Override
        public List<PrimitiveCase> cases(String shape) {
            return PrimitiveCases.updates(Workbench.sizes(shape)[0]);
        }
    };

    private static final int IMAGES = 128;

    private final List<String> shapes;

    PrimitiveSet(String... shapes) {
        this.shapes = List.of(shapes);
    }

    /** The shapes on which the set is measured. */
    public List<String> shapes() {
        return shapes;
    }

    /** The primitives of the set on one of the shapes. */
    public abstract List<PrimitiveCase> cases(String shape);

    /** The names of the set's operations. */
    public List<String> operations() {
        return cases(shapes.getFirst()).stream().map(PrimitiveSet::operation).toList();
    }

    /** One primitive of the set. */
    PrimitiveCase find(String operation, String shape) {
        return cases(shape).stream().filter(c -> operation(c).equals(operation)).findFirst().orElseThrow();
    }

    static PrimitiveSet named(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    private static String operation(PrimitiveCase c) {
        return c.variant().isEmpty() ? c.primitive() : c.primitive() + " " + c.variant();
    }

    /** The work of one call: floating-point operations of products and convolutions, else bytes. */
    public Work work(String operation, String shape) {
        PrimitiveCase c = find(operation, shape);
        double multiplyAdds = c.multiplyAdds();
        return multiplyAdds > 0 ? Work.flop(2 * multiplyAdds) : Work.floats(c.elementsMoved(false));
    }
}
