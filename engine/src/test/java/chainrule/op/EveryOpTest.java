package chainrule.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.InPlaceBackend;
import chainrule.backend.Window;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * For every op of the engine, found on the class path: its gradients agree with central differences, the
 * formula it prints with its backward, and the formula that opens its javadoc with its forward.
 */
class EveryOpTest {
    /** Maps names in the code to the letters of the formulas. */
    private static final Map<String, String> LETTERS =
            Map.of(
                    "gamma", "γ", "beta", "β", "alpha", "α", "epsilon", "ε", "mean", "μ", "logits", "z", "target", "t",
                    "weight", "w", "bias", "b", "factor", "c");

    private static final double ROUNDING = 1e-12;

    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    /** An op after its forward and its backward from a random dy. */
    private final class Ran {
        final Op op;
        final Tensor y;
        final Tensor dy;
        final Gradients gradients;
        final Map<String, Tensor> operands = new HashMap<>();
        final Map<String, Formula.Value> names = new HashMap<>();
        Window window;

        Ran(OpSamples.Sample sample) {
            op = sample.op().apply(backend);
            Tape tape = new Tape(backend);
            y = tape.run(op);
            dy = Tensor.constant(backend, "dy", y.shape(), TestTensors.normal(9, y.shape().elements()));
            gradients = tape.backward(y, dy, (_, _) -> {});
            for (RecordComponent component : op.getClass().getRecordComponents()) {
                bind(component.getName(), read(component));
            }
            for (String name : List.of("y", "Y", "L")) {
                names.put(name, value(y));
                names.put("d" + name, value(dy));
            }
            if (y.shape().rank() == 0) { // a loss: of N examples with n entries
                names.put("N", Formula.Value.of(op.inputs().getFirst().rows()));
                names.put("n", Formula.Value.of(op.inputs().getFirst().shape().elements()));
            }
        }

        private Object read(RecordComponent component) {
            try {
                return component.getAccessor().invoke(op);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private void bind(String component, Object value) {
            String name = LETTERS.getOrDefault(component, component);
            switch (value) {
                case Tensor t -> {
                    bind(name, value(t));
                    operands.put("d" + name, t);
                    operands.put("d" + name.toUpperCase(Locale.ROOT), t);
                }
                case Double number -> bind(name, Formula.Value.of(number));
                case Shape shape -> bind(name, Formula.Value.of(shape, new double[shape.elements()]));
                case null -> bind(name, Formula.Value.of(Shape.of(y.cols()), new double[y.cols()])); // no bias
                case Window w -> {
                    window = w;
                    bind("sh", Formula.Value.of(w.strideHeight()));
                    bind("sw", Formula.Value.of(w.strideWidth()));
                    bind("kh", Formula.Value.of(w.kernelHeight()));
                    bind("kw", Formula.Value.of(w.kernelWidth()));
                    bind("padTop", Formula.Value.of(w.padTop()));
                    bind("padLeft", Formula.Value.of(w.padLeft()));
                }
                default -> {} // a name, a key, a function
            }
        }

        private void bind(String name, Formula.Value value) {
            if (name.equals("variance")) {
                names.put("σ", Formula.Value.of(value.shape(), Arrays.stream(value.data()).map(Math::sqrt).toArray()));
            }
            names.put(name, value);
            names.putIfAbsent(name.toUpperCase(Locale.ROOT), value);
        }

        private Formula.Value value(Tensor t) {
            return Formula.Value.of(t.shape(), backend.download(t));
        }

        Set<Tensor> wanted() {
            return op.inputs().stream().filter(Tensor::differentiable).collect(Collectors.toSet());
        }

        /** What the formula computes for each name in targets. The formula of an elementwise op holds for each element. */
        Map<String, double[]> computed(String formula, Map<String, Tensor> targets) {
            boolean elementwise = op instanceof chainrule.op.Apply;
            Map<String, Shape> shapes = new HashMap<>();
            targets.forEach((name, t) -> shapes.put(name, elementwise ? Shape.of() : t.shape()));
            Map<String, double[]> computed = new HashMap<>();
            for (int i = 0; i < (elementwise ? y.shape().elements() : 1); i++) {
                Formula.assignments(formula, elementwise ? entry(i) : names, shapes, window)
                        .forEach((name, value) -> computed.merge(name, value.data(), EveryOpTest::concat));
            }
            return computed;
        }

        private Map<String, Formula.Value> entry(int i) {
            Map<String, Formula.Value> entry = new HashMap<>();
            names.forEach((name, v) -> entry.put(name, Formula.Value.of(v.data()[v.data().length == 1 ? 0 : i])));
            return entry;
        }

        /** The largest difference between the formula and backward, relative to the gradient. */
        double error(String derivative) {
            Map<String, double[]> computed = computed(derivative, operands);
            assertThat(computed.keySet()).extracting(operands::get).containsExactlyInAnyOrderElementsOf(wanted());
            return computed.entrySet().stream()
                    .mapToDouble(
                            e ->
                                    difference(
                                            e.getValue(),
                                            backend.download(gradients.of(operands.get(e.getKey())).buffer())))
                    .max()
                    .orElseThrow();
        }
    }

    private static double[] concat(double[] a, double[] b) {
        return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    }

    private static double difference(double[] computed, double[] expected) {
        assertThat(computed).hasSameSizeAs(expected);
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElseThrow());
        return IntStream.range(0, computed.length)
                .mapToDouble(i -> Math.abs(computed[i] - expected[i]) / scale)
                .reduce(0, (a, b) -> a >= b ? a : b); // keeps NaN
    }

    @Test
    void everyOpHasASample() {
        assertThat(OpSamples.types()).isNotEmpty();
        assertThat(OpSamples.types())
                .as("ops without a sample in OpSamples")
                .allMatch(type -> OpSamples.smooth().anyMatch(sample -> sample.type() == type));
    }

    @ParameterizedTest
    @MethodSource("chainrule.op.OpSamples#smooth")
    void gradientsAgreeWithCentralDifferences(OpSamples.Sample sample) {
        Op op = sample.op().apply(backend);
        Tensor[] wanted = op.inputs().stream().filter(Tensor::differentiable).distinct().toArray(Tensor[]::new);
        TestTensors.check(backend, tape -> tape.run(op), wanted);
    }

    /** The gradient of a result is the engine's own here, so that an op may overwrite it. */
    @ParameterizedTest
    @MethodSource("chainrule.op.OpSamples#all")
    void gradientsInPlaceHaveTheSameBits(OpSamples.Sample sample) {
        try (Backend inPlace = new InPlaceBackend()) {
            inPlace.openScope("test");
            List<double[]> expected = scaledGradients(backend, sample);
            List<double[]> actual = scaledGradients(inPlace, sample);
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i)).containsExactly(expected.get(i));
            }
        }
    }

    private static List<double[]> scaledGradients(Backend backend, OpSamples.Sample sample) {
        Op op = sample.op().apply(backend);
        Tape tape = new Tape(backend);
        Tensor y = tape.run(new Scale(2, tape.run(op)));
        Tensor dy = Tensor.constant(backend, "dy", y.shape(), TestTensors.normal(9, y.elements()));
        Gradients gradients = tape.backward(y, dy, (_, _) -> {});
        return op.inputs().stream().filter(Tensor::differentiable).map(x -> backend.download(gradients.of(x))).toList();
    }

    @ParameterizedTest
    @MethodSource("chainrule.op.OpSamples#all")
    void derivativeFormulaAgreesWithBackward(OpSamples.Sample sample) {
        Ran ran = new Ran(sample);
        assertThat(ran.op.getClass()).isEqualTo(sample.type());
        assertThat(ran.error(ran.op.derivative())).as(ran.op.derivative()).isLessThan(ROUNDING);
    }

    /** For an elementwise op, f is each function of the table. */
    @ParameterizedTest
    @MethodSource("chainrule.op.OpSamples#all")
    void formulaInJavadocAgreesWithForward(OpSamples.Sample sample) throws IOException {
        Ran ran = new Ran(sample);
        String formula = javadocFormula(sample.type());
        List<String> formulas =
                ran.op instanceof chainrule.op.Apply map
                        ? Arrays.stream(map.f().formula().split(" = "))
                                .map(f -> formula.replace("f(x)", f).replaceAll("\\ba\\b", String.valueOf(map.a())))
                                .toList()
                        : List.of(formula);
        for (String each : formulas) {
            Map<String, double[]> y = ran.computed(each, Map.of("y", ran.y, "Y", ran.y, "L", ran.y));
            double error = difference(y.values().iterator().next(), backend.download(ran.y));
            assertThat(error).as(each).isLessThan(ROUNDING);
        }
    }

    @ParameterizedTest
    @EnumSource
    void formulasOfElementwiseFunctionsAgreeWithTheirCode(Elementwise f) {
        for (double x : new double[] {-12, -3, -1.3, -0.5, -1e-3, -1e-9, 0, 1e-9, 1e-3, 0.5, 1, 1.3, 3, 12}) {
            for (double a : new double[] {0.01, 0.3, -2}) {
                double y = f.value(x, a);
                Map<String, Formula.Value> names =
                        Map.of("x", Formula.Value.of(x), "y", Formula.Value.of(y), "a", Formula.Value.of(a));
                for (Formula.Value side : Formula.sides(f.formula(), names)) {
                    assertThat(difference(side.data(), new double[] {y})).as("%s at %s", f, x).isLessThan(ROUNDING);
                }
                for (Formula.Value side : Formula.sides(f.derivativeFormula(), names)) {
                    double[] expected = {f.derivative(x, y, a)};
                    assertThat(difference(side.data(), expected)).as("%s′ at %s", f, x).isLessThan(ROUNDING);
                }
            }
        }
    }

    /** The printed intervals against values on [−40, 40]: values reach a finite end and exceed 2 towards an infinite one. */
    @ParameterizedTest
    @EnumSource
    void rangesOfElementwiseFunctionsAgreeWithTheirCode(Elementwise f) {
        double a = 0.1;
        double[] xs = IntStream.rangeClosed(-40_000, 40_000).mapToDouble(i -> i * 1e-3).toArray();
        double[] values = Arrays.stream(xs).map(x -> f.value(x, a)).toArray();
        double[] slopes = Arrays.stream(xs).map(x -> f.derivative(x, f.value(x, a), a)).toArray();
        assertRange(f.range(), values, a);
        assertRange(f.derivativeRange(), slopes, a);
    }

    private static void assertRange(String range, double[] values, double a) {
        String[] ends = range.substring(1, range.length() - 1).split(", ");
        if (range.startsWith("{")) {
            double[] expected = Arrays.stream(ends).mapToDouble(end -> end(end, a)).sorted().toArray();
            assertThat(Arrays.stream(values).distinct().sorted().toArray()).as(range).containsExactly(expected);
            return;
        }
        double low = Arrays.stream(values).min().orElseThrow();
        double high = Arrays.stream(values).max().orElseThrow();
        assertThat(range).matches("[(\\[].*[)\\]]");
        assertThat(low).as(range).satisfies(x -> assertEnd(ends[0], -x, -end(ends[0], a)));
        assertThat(high).as(range).satisfies(x -> assertEnd(ends[1], x, end(ends[1], a)));
    }

    private static void assertEnd(String text, double measured, double stated) {
        if (Double.isInfinite(stated)) {
            assertThat(measured * stated).as(text).isPositive();
            assertThat(measured).as(text).isGreaterThan(2);
        } else {
            assertThat(measured).as(text).isCloseTo(stated, within(text.contains("≈") ? 5e-6 : 1e-12));
        }
    }

    /** "−∞", a term, "≈ a rounded number", or "a term ≈ its rounded number", which must agree. */
    private static double end(String text, double a) {
        if (text.contains("∞")) {
            return text.startsWith("−") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        String[] sides = text.split(" ?≈ ");
        double[] terms =
                Arrays.stream(sides)
                        .filter(side -> !side.isEmpty())
                        .mapToDouble(side -> Formula.sides(side, Map.of("a", Formula.Value.of(a))).getFirst().data()[0])
                        .toArray();
        assertThat(terms[terms.length - 1]).as(text).isCloseTo(terms[0], within(5e-5));
        return terms[0];
    }

    private static String javadocFormula(Class<?> type) throws IOException {
        Path source = Path.of("src/main/java", type.getName().replace('.', '/') + ".java");
        String text = Files.readString(source).replaceAll("\\n \\*", "");
        Matcher formula = Pattern.compile("/\\*\\* *\\{@code ([^}]+)}").matcher(text);
        assertThat(formula.find()).as("javadoc of %s that opens with {@code y = …}", type).isTrue();
        return formula.group(1);
    }

    /** Mistakes that a formula may contain, some of which were printed once: for some sample the formula must differ. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    AveragePool | dx[n, r, s, c] += Σ_i,j([(r, s) ∈ window(i, j)] * dy[n, i, j, c] / (kh * kw))
                    SoftmaxCrossEntropy | dz += (1/N) * dL * (softmax(z) − t)
                    SoftmaxCrossEntropy | dz += (1/n) * dL * (softmax(z) ⊙ Σ_cols(t) − t)
                    BinaryCrossEntropy | dz += dL * (sigmoid(z) − t)
                    SquaredError | dx += c * dL * (x − t)
                    MatMul | dA += dY·Bᵀ    dB += −(dYᵀ·A)ᵀ
                    Affine | dX += dY·Wᵀ    dW += Xᵀ·dY    db += mean_rows(dY)
                    MaxPool | dx[n, r, s, c] += Σ_i,j([(r, s) ∈ window(i, j)] * dy[n, i, j, c])
                    Convolution | dX += im2colᵀ(dY·Wᵀ)    dW += im2col(X)ᵀ·dY    db += mean_rows(dY)
                    BatchNorm | dx += γ/√(σ² + ε) ⊙ dy    dγ += Σ_rows(dy ⊙ x̂)    dβ += Σ_rows(dy) where x̂ = x/√(σ² + ε)
                    Normalize | dx += γ/√(σ² + ε) ⊙ dy    dγ += Σ_rows(dy ⊙ x)    dβ += Σ_rows(dy)
                    Softmax | dx += y ⊙ (dy − Σ_all(dy ⊙ y))
                    Dropout | dx += dy
                    Scale | dx += dy
                    Add | da += dy    db += −dy
                    Apply | dx += dy ⊙ y
                    """)
    void wrongFormulaDiffers(String op, String formula) {
        assertThat(samples(op)).anyMatch(sample -> new Ran(sample).error(formula) > 1e-3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Scale | dx += α·dy | [] · [4 × 3]
                    Scale | dx += dy dy | without · or ⊙
                    Scale | dx += Σ_rows(dy) | dx gets [1 × 3]
                    Scale | dx += dL/N ⊙ dy | N is neither defined
                    Scale | dx[i, j] += dy[i, k] | k is neither defined, nor an index on the left or under a Σ
                    Scale | dx[i, j] += dy[j, i] | index j runs over axes of different sizes
                    Scale | dx[i] += dy[i, i] | dx [4 × 3] has 1 subscripts
                    Scale | dx += α (dy | ) is expected
                    Scale | dx += dy, reshaped back | nothing more is expected
                    Scale | dt += dy | dt is no operand
                    Scale | dx += dy    dx += dy | dx is assigned twice
                    Add | da += dy | could not find the following elements
                    """)
    void rejectsFormulaOutsideTheGrammar(String op, String formula, String message) {
        Ran ran = new Ran(samples(op).getFirst());
        assertThatThrownBy(() -> ran.error(formula)).hasMessageContaining(message);
    }

    private static List<OpSamples.Sample> samples(String op) {
        return OpSamples.all().filter(sample -> sample.type().getSimpleName().equals(op)).toList();
    }
}
