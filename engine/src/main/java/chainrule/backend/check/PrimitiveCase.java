package chainrule.backend.check;

import chainrule.backend.Backend;
import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * One primitive of {@link Backend} on operands of given shapes. {@link PrimitiveCases} makes them; the self-test, the tests
 * of the contract, the counts of bytes and the benchmarks all read the operands and their roles from here.
 */
public final class PrimitiveCase {
    /** What a primitive does with an operand. */
    public enum Role {
        /** Reads it. */
        INPUT,
        /** Overwrites it: the formula says "=". */
        OUTPUT,
        /** Adds to it or, for a first contribution, overwrites it: the formula says "+=" . */
        SUM,
        /** Reads and overwrites it. */
        STATE
    }

    /** The distribution that the values of the operands come from, before each operand maps them to those it expects. */
    public enum Draw {
        /** Uniform in [−1, 1]: bounded, for checks. */
        UNIFORM {
            @Override
            DoubleStream values(SplittableRandom random) {
                return random.doubles(-1, 1);
            }
        },
        /** Standard normal: what a training has, for measurements. */
        NORMAL {
            @Override
            DoubleStream values(SplittableRandom random) {
                return DoubleStream.generate(random::nextGaussian);
            }
        };

        abstract DoubleStream values(SplittableRandom random);
    }

    /**
     * An operand.
     *
     * @param name as in the documentation of the primitive
     * @param shape [rows, columns], or [count, height, width, channels] of images
     * @param values maps drawn values, such as uniform ones in [−1, 1], to those that the primitive expects
     */
    public record Operand(String name, Role role, List<Integer> shape, DoubleUnaryOperator values) {
        /** The number of elements. */
        public int elements() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }

        /** The same operand in another shape. */
        public Operand shaped(List<Integer> other) {
            return new Operand(name, role, other, values);
        }

        /** True if the primitive writes it. */
        public boolean written() {
            return role != Role.INPUT;
        }

        Matrix view(Buffer buffer) {
            return shape.size() == 4
                    ? new Images(buffer, shape.get(0), shape.get(1), shape.get(2), shape.get(3))
                    : Matrix.of(buffer, shape.get(0), shape.get(1));
        }

        @Override
        public String toString() {
            return name + shape.stream().map(String::valueOf).collect(Collectors.joining(" × ", " [", "]"));
        }
    }

    /** Calls the primitive. */
    @FunctionalInterface
    interface Call {
        void run(Backend backend, Arguments on);
    }

    private final String primitive;
    private final String variant;
    private final List<Operand> operands = new ArrayList<>();
    private Call preparation = (_, _) -> {};
    private Call call;
    private long extraElements;
    private long multiplyAdds;
    private long arithmetic;

    PrimitiveCase(String primitive, String variant) {
        this.primitive = primitive;
        this.variant = variant;
    }

    private PrimitiveCase operand(String name, Role role, DoubleUnaryOperator values, int... shape) {
        operands.add(new Operand(name, role, IntStream.of(shape).boxed().toList(), values));
        return this;
    }

    PrimitiveCase input(String name, int... shape) {
        return operand(name, Role.INPUT, DoubleUnaryOperator.identity(), shape);
    }

    PrimitiveCase input(String name, DoubleUnaryOperator values, int... shape) {
        return operand(name, Role.INPUT, values, shape);
    }

    PrimitiveCase output(String name, int... shape) {
        return operand(name, Role.OUTPUT, DoubleUnaryOperator.identity(), shape);
    }

    PrimitiveCase sum(String name, int... shape) {
        return operand(name, Role.SUM, DoubleUnaryOperator.identity(), shape);
    }

    PrimitiveCase state(String name, int... shape) {
        return operand(name, Role.STATE, DoubleUnaryOperator.identity(), shape);
    }

    PrimitiveCase state(String name, DoubleUnaryOperator values, int... shape) {
        return operand(name, Role.STATE, values, shape);
    }

    /** What to run before, to fill operands that are results of others: y = f(x). */
    PrimitiveCase preparedBy(Call work) {
        preparation = work;
        return this;
    }

    /** Elements that the formula reads more than once, or, if negative, does not read at all. */
    PrimitiveCase readingAgain(long elements) {
        extraElements = elements;
        return this;
    }

    /** The multiply-adds of a product. */
    PrimitiveCase multiplying(long count) {
        multiplyAdds = count;
        return this;
    }

    /** The least number of arithmetic operations apart from the multiply-adds of a product. */
    PrimitiveCase computing(long operations) {
        arithmetic = operations;
        return this;
    }

    PrimitiveCase calling(Call work) {
        call = work;
        return this;
    }

    /** The name of the primitive in {@link Backend}. */
    public String primitive() {
        return primitive;
    }

    /** The function or the options, "" for none: "tanh", "Nesterov". */
    public String variant() {
        return variant;
    }

    /** The operands in the order of the primitive's parameters. */
    public List<Operand> operands() {
        return Collections.unmodifiableList(operands);
    }

    /** The shapes, for people: "x [37 × 45], row [1 × 45]". */
    public String shapes() {
        return operands.stream().map(Operand::toString).collect(Collectors.joining(", "));
    }

    /** True if a result is a sum of contributions, so that the primitive has two forms. */
    public boolean accumulates() {
        return operands.stream().anyMatch(o -> o.role() == Role.SUM);
    }

    /**
     * The number of elements that the formula must move: each operand read once, each result written once, and read as well
     * if it is added to.
     */
    public long elementsMoved(boolean accumulate) {
        long moved = extraElements;
        for (Operand o : operands) {
            boolean twice = o.role() == Role.STATE || o.role() == Role.SUM && accumulate;
            moved += (twice ? 2L : 1L) * o.elements();
        }
        return moved;
    }

    /** The multiply-adds of a product or convolution by its definition; 0 for primitives that only move elements. */
    public long multiplyAdds() {
        return multiplyAdds;
    }

    /**
     * Arithmetic operations: two for each multiply-add of a product or convolution; else the least number that the formula
     * needs in float32, where exp counts as a polynomial (see {@link PrimitiveCases}). It is 0 for primitives that only move
     * or compare elements.
     */
    public long operations() {
        return 2 * multiplyAdds + arithmetic;
    }

    /** Elements that are only read, each counted once. */
    public long elementsRead() {
        return Math.min(0, extraElements) + elements(Role.INPUT);
    }

    /** Elements that are written and not read. */
    public long elementsWritten(boolean accumulate) {
        return elements(Role.OUTPUT) + (accumulate ? 0 : elements(Role.SUM));
    }

    /** Elements that are read and overwritten. */
    public long elementsUpdated(boolean accumulate) {
        return elements(Role.STATE) + (accumulate ? elements(Role.SUM) : 0);
    }

    /** Elements that the formula reads a second time, perhaps from a cache. */
    public long elementsReadAgain() {
        return Math.max(0, extraElements);
    }

    private long elements(Role role) {
        return operands.stream().filter(o -> o.role() == role).mapToLong(Operand::elements).sum();
    }

    /**
     * Puts the operands on a backend, in the innermost scope. Their values depend on their names alone, so they are the same
     * on every backend.
     */
    public Arguments on(Backend backend) {
        return on(backend, true);
    }

    /** @param accumulate false to overwrite sums instead of adding to them; they hold NaN before */
    public Arguments on(Backend backend, boolean accumulate) {
        return on(backend, accumulate, Draw.UNIFORM);
    }

    /** The same with values of another distribution. */
    public Arguments on(Backend backend, boolean accumulate, Draw draw) {
        Arguments arguments = new Arguments(backend, accumulate, draw);
        operands.forEach(arguments::place);
        preparation.run(backend, arguments);
        return arguments;
    }

    /** The operands of one call on one backend. */
    public final class Arguments {
        private final Backend backend;
        private final boolean accumulate;
        private final Draw draw;
        private final Map<String, Matrix> matrices = new LinkedHashMap<>();

        private Arguments(Backend backend, boolean accumulate, Draw draw) {
            this.backend = backend;
            this.accumulate = accumulate;
            this.draw = draw;
        }

        private void place(Operand o) {
            boolean undefined = o.role() == Role.OUTPUT || o.role() == Role.SUM && !accumulate;
            SplittableRandom random = new SplittableRandom(o.name().hashCode());
            DoubleUnaryOperator values = undefined ? _ -> Double.NaN : o.values();
            double[] elements = draw.values(random).limit(o.elements()).map(values).map(x -> (float) x).toArray();
            Buffer buffer = backend.allocate(o.elements(), o.name());
            backend.upload(elements, buffer);
            Matrix view = o.view(buffer);
            matrices.put(o.name(), o.role() == Role.SUM && accumulate ? view.sum() : view);
        }

        /** Puts an operand of another shape in the place of the one of that name. */
        public void replace(Operand other) {
            place(other);
        }

        /** Puts a matrix in the place of the operand of that name. */
        public void put(String name, Matrix matrix) {
            matrices.put(name, matrix);
        }

        /** Exchanges two operands. */
        public void swap(String one, String other) {
            Matrix first = matrices.get(one);
            matrices.put(one, matrices.get(other));
            matrices.put(other, first);
        }

        /** An operand by its name. */
        public Matrix matrix(String name) {
            return matrices.get(name);
        }

        /** An operand that is a batch of images. */
        public Images images(String name) {
            return (Images) matrices.get(name);
        }

        /** Calls the primitive. */
        public void call() {
            call.run(backend, this);
        }

        /** The results by name, downloaded. */
        public Map<String, double[]> results() {
            Map<String, double[]> results = new LinkedHashMap<>();
            for (Operand o : operands) {
                if (o.written()) {
                    results.put(o.name(), backend.download(matrices.get(o.name())));
                }
            }
            return results;
        }
    }

    @Override
    public String toString() {
        return primitive + (variant.isEmpty() ? "" : " " + variant) + ": " + shapes();
    }
}
