package chainrule.op;

import chainrule.backend.Window;
import chainrule.tensor.Shape;

import org.apache.commons.math3.special.Erf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Executes the formulas that {@link chainrule.tensor.Op#derivative()}, the table of elementwise functions and the
 * javadoc of the ops print, in float64 and without the engine's code.
 *
 * <pre>{@code
 * formula   := statement {spaces statement} ["where" name = sum {, name = sum}], with 2 or more spaces
 * statement := target (+= | =) body        target := name | name[subscript {, subscript}]
 * body      := sum [if condition, else sum]
 * sum       := [−] term {(+ | −) term}
 * term      := factor {(· | ⊙ | * | / | nothing) factor}
 *     ·  matrix product    ⊙, /  elementwise    *, nothing  one side is a single number
 * factor    := (number | name | name[subscripts] | f(body, …) | f²(body) | √ factor | (body) | (sum, sum)
 *               | [condition], 1 where it holds and 0 elsewhere | |set| | Σ_names(body) | mean_names(body)) {ᵀ | ²}
 * condition := sum (> | = | ∈) sum
 * }</pre>
 *
 * Tensors read as matrices of rows × columns, vectors as one row, which + − ⊙ / repeat for every row. Σ_rows adds rows
 * up, Σ_cols columns, Σ_all both; any other name under Σ is an index that runs over the axis it is a subscript of. A
 * statement with subscripts holds for every value of the indices on its left side. Subscripts outside a tensor read 0;
 * window(i, j) is the set of those pixels inside the image that output pixel (i, j) sees.
 */
final class Formula {
    /**
     * Values in a shape.
     *
     * @param pixels where the values of a window were read from; null for other values
     */
    record Value(Shape shape, double[] data, Value pixels) {
        static Value of(Shape shape, double... data) {
            return new Value(shape, data, null);
        }

        static Value of(double number) {
            return of(Shape.of(), number);
        }

        int rows() {
            return data.length / cols();
        }

        int cols() {
            return shape.rank() == 0 ? 1 : shape.size(-1);
        }

        /** The number at (row, column), of the only row or column if there is just one. */
        private double at(int i, int j) {
            return data[(rows() == 1 ? 0 : i) * cols() + (cols() == 1 ? 0 : j)];
        }
    }

    private static final Pattern TOKEN =
            Pattern.compile(
                    "(?:Σ|mean)_[a-z]+(?:,[a-z]+)*|\\d+(?:\\.\\d+)?|½|[\\p{L}&&[^ᵀ]][\\p{L}\\p{M}\\d&&[^ᵀ]]*|\\+=|\\S");

    private static final Map<String, DoubleUnaryOperator> FUNCTIONS =
            Map.of(
                    "exp", Math::exp,
                    "log", Math::log,
                    "tanh", Math::tanh,
                    "erf", Erf::erf,
                    "sigmoid", z -> 1 / (1 + Math.exp(-z)),
                    "Φ", x -> (1 + Erf.erf(x / Math.sqrt(2))) / 2,
                    "φ", x -> Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI));

    private static final Set<String> OF_TENSORS =
            Set.of("softmax", "max", "mean", "argmax", "window", "reshape", "shape", "im2col");

    private final Map<String, Value> names;
    private final Window window;
    private final Map<String, Integer> ranges = new HashMap<>();
    private final Map<String, Integer> indices = new HashMap<>();
    private List<String> tokens;
    private int next;

    private Formula(Map<String, Value> names, Window window) {
        this.names = new HashMap<>(names);
        this.window = window;
    }

    /**
     * The values that each statement assigns, by the name of its target.
     *
     * @param names the values of all names that occur
     * @param targets the shapes of the names that may be assigned
     * @param window of convolution and pooling, or null
     */
    static Map<String, Value> assignments(
            String formula, Map<String, Value> names, Map<String, Shape> targets, Window window) {
        Formula f = new Formula(names, window);
        String[] parts = formula.split("\\s+where\\s+");
        if (parts.length > 1) {
            f.define(parts[1]);
        }
        Map<String, Value> assigned = new LinkedHashMap<>();
        for (String statement : parts[0].split(" {2,}")) {
            f.assign(statement, targets, assigned);
        }
        return assigned;
    }

    /** The value of a term, or the values on both sides of an equation. */
    static List<Value> sides(String terms, Map<String, Value> names) {
        Formula f = new Formula(names, null);
        f.start(terms);
        List<Value> sides = new ArrayList<>();
        do {
            sides.add(f.body().get());
        } while (f.take("="));
        f.end();
        return sides;
    }

    private void define(String definitions) {
        start(definitions);
        do {
            String name = token();
            expect("=");
            names.put(name, sum().get());
        } while (take(","));
        end();
    }

    private void assign(String statement, Map<String, Shape> targets, Map<String, Value> assigned) {
        start(statement);
        ranges.clear();
        String name = token();
        Shape shape = targets.get(name);
        require(shape != null, name + " is no operand that a gradient may be asked of: " + targets.keySet());
        List<String> left = new ArrayList<>();
        if (take("[")) {
            do {
                left.add(token());
                range(left.getLast(), shape, left.size() - 1);
            } while (take(","));
            expect("]");
            require(left.size() == shape.rank(), name + " " + shape + " has " + left.size() + " subscripts");
        }
        require(take("+=") || take("="), "an assignment is expected");
        Supplier<Value> body = body();
        end();
        Value result;
        if (left.isEmpty()) {
            Value whole = body.get();
            Value target = Value.of(shape, new double[shape.elements()]);
            require(whole.rows() == target.rows() && whole.cols() == target.cols(), name + " gets " + whole.shape);
            result = Value.of(shape, whole.data);
        } else {
            List<Double> numbers = new ArrayList<>();
            loop(left, 0, () -> numbers.add(number(body.get())));
            result = Value.of(shape, numbers.stream().mapToDouble(x -> x).toArray());
        }
        require(assigned.put(name, result) == null, name + " is assigned twice");
    }

    private Supplier<Value> body() {
        Supplier<Value> value = sum();
        if (take("if")) {
            Supplier<Value> condition = condition();
            expect(",");
            expect("else");
            Supplier<Value> other = sum();
            return () ->
                    zip(
                            zip(condition.get(), value.get(), (c, v) -> c * v),
                            zip(condition.get(), other.get(), (c, v) -> (1 - c) * v),
                            Double::sum);
        }
        return value;
    }

    private Supplier<Value> condition() {
        Supplier<Value> a = sum();
        String relation = token();
        Supplier<Value> b = sum();
        return switch (relation) {
            case ">" -> () -> zip(a.get(), b.get(), (x, y) -> x > y ? 1 : 0);
            case "=" -> () -> Value.of(Arrays.equals(a.get().data, b.get().data) ? 1 : 0);
            case "∈" -> () -> Value.of(pixels(b.get()).anyMatch(p -> Arrays.equals(p, a.get().data)) ? 1 : 0);
            default -> throw failure("unknown relation " + relation);
        };
    }

    private Supplier<Value> sum() {
        Supplier<Value> value = take("−") ? apply(term(), x -> -x) : term();
        while (peek("+") || peek("−")) {
            DoubleBinaryOperator operator = token().equals("+") ? Double::sum : (x, y) -> x - y;
            Supplier<Value> left = value;
            Supplier<Value> right = term();
            value = () -> zip(left.get(), right.get(), operator);
        }
        return value;
    }

    private Supplier<Value> term() {
        Supplier<Value> value = factor();
        while (next < tokens.size() && tokens.get(next).matches("[·⊙*/(√]|[\\p{L}½\\d].*") && !peek("if")) {
            String operator = tokens.get(next).matches("[·⊙*/]") ? token() : "*";
            Supplier<Value> left = value;
            Supplier<Value> right = factor();
            value =
                    switch (operator) {
                        case "·" -> () -> product(left.get(), right.get());
                        case "⊙" -> () -> zip(left.get(), right.get(), (x, y) -> x * y);
                        case "/" -> () -> zip(left.get(), right.get(), (x, y) -> x / y);
                        default -> () -> multiple(left.get(), right.get());
                    };
        }
        return value;
    }

    private Supplier<Value> factor() {
        Supplier<Value> value = primary();
        while (peek("ᵀ") || peek("²")) {
            Supplier<Value> base = value;
            value = token().equals("ᵀ") ? () -> transpose(base.get()) : apply(base, x -> x * x);
        }
        return value;
    }

    private Supplier<Value> primary() {
        String token = token();
        if (token.equals("(")) {
            Supplier<Value> first = body();
            if (take(",")) {
                Supplier<Value> second = sum();
                expect(")");
                return () -> Value.of(Shape.of(2), number(first.get()), number(second.get()));
            }
            expect(")");
            return first;
        } else if (token.equals("[")) {
            Supplier<Value> condition = condition();
            expect("]");
            return condition;
        } else if (token.equals("|")) {
            Supplier<Value> set = sum();
            expect("|");
            return () -> Value.of(pixels(set.get()).count());
        } else if (token.equals("√")) {
            return apply(factor(), Math::sqrt);
        } else if (token.matches("½|\\d.*")) {
            Value number = Value.of(token.equals("½") ? 0.5 : Double.parseDouble(token));
            return () -> number;
        } else if (token.contains("_")) {
            return reduction(token);
        } else if (FUNCTIONS.containsKey(token)) {
            boolean squared = take("²");
            DoubleUnaryOperator f = FUNCTIONS.get(token);
            return apply(arguments().getFirst(), squared ? x -> f.applyAsDouble(x) * f.applyAsDouble(x) : f);
        } else if (OF_TENSORS.contains(token) && (peek("(") || peek("ᵀ"))) {
            String name = take("ᵀ") ? token + "ᵀ" : token;
            List<Supplier<Value>> arguments = arguments();
            return () -> call(name, arguments.stream().map(Supplier::get).toList());
        } else if (names.containsKey(token)) {
            Value value = names.get(token);
            return take("[") ? element(token, value) : () -> value;
        }
        return () -> {
            require(indices.containsKey(token), token + " is neither defined, nor an index on the left or under a Σ");
            return Value.of(indices.get(token));
        };
    }

    private List<Supplier<Value>> arguments() {
        expect("(");
        List<Supplier<Value>> arguments = new ArrayList<>();
        do {
            arguments.add(body());
        } while (take(","));
        expect(")");
        return arguments;
    }

    private Supplier<Value> element(String name, Value tensor) {
        List<Supplier<Value>> subscripts = new ArrayList<>();
        int axis = 0;
        do {
            if (tokens.get(next + 1).matches("[],]") && !names.containsKey(tokens.get(next))) {
                range(tokens.get(next), tensor.shape, axis);
            }
            axis += peek("window") ? 2 : 1;
            subscripts.add(sum());
        } while (take(","));
        expect("]");
        require(axis == tensor.shape.rank(), name + " " + tensor.shape + " has " + axis + " subscripts");
        return () -> read(tensor, subscripts.stream().map(Supplier::get).toList());
    }

    /** One number, or as many as the set among the subscripts has pixels. */
    private static Value read(Value tensor, List<Value> subscripts) {
        Value set = subscripts.stream().filter(s -> s.shape.rank() == 2).findFirst().orElse(null);
        double[] read =
                (set == null ? List.of(new double[0]) : pixels(set).toList())
                        .stream().mapToDouble(pixel -> at(tensor, subscripts, pixel)).toArray();
        return new Value(set == null ? Shape.of() : Shape.of(read.length), read, set);
    }

    private static double at(Value tensor, List<Value> subscripts, double[] pixel) {
        int offset = 0;
        int axis = 0;
        for (Value s : subscripts) {
            for (double place : s.shape.rank() == 2 ? pixel : s.data) {
                int size = tensor.shape.size(axis++);
                if (place < 0 || place >= size) {
                    return 0;
                }
                offset = offset * size + (int) place;
            }
        }
        return tensor.data[offset];
    }

    private Supplier<Value> reduction(String token) {
        boolean mean = token.startsWith("mean");
        List<String> over = List.of(token.substring(token.indexOf('_') + 1).split(","));
        Supplier<Value> of = arguments().getFirst();
        String axis = over.getFirst();
        if (Set.of("rows", "cols", "all").contains(axis)) {
            return () -> {
                Value v = of.get();
                int rows = axis.equals("cols") ? v.rows() : 1;
                int cols = axis.equals("rows") ? v.cols() : 1;
                double[] sums = new double[rows * cols];
                for (int i = 0; i < v.data.length; i++) {
                    sums[(rows == 1 ? 0 : i / v.cols() * cols) + (cols == 1 ? 0 : i % v.cols())] += v.data[i];
                }
                double count = mean ? (double) v.data.length / sums.length : 1;
                return Value.of(Shape.of(rows, cols), Arrays.stream(sums).map(x -> x / count).toArray());
            };
        }
        return () -> {
            double[] sum = new double[1];
            int[] count = new int[1];
            loop(
                    over,
                    0,
                    () -> {
                        sum[0] += number(of.get());
                        count[0]++;
                    });
            return Value.of(mean ? sum[0] / count[0] : sum[0]);
        };
    }

    private Value call(String name, List<Value> arguments) {
        Value x = arguments.getFirst();
        return switch (name) {
            case "softmax" -> {
                Value e = map(x, Math::exp);
                double[] y = new double[e.data.length];
                for (int i = 0; i < y.length; i++) {
                    int from = i / e.cols() * e.cols();
                    y[i] = e.data[i] / Arrays.stream(e.data, from, from + e.cols()).sum();
                }
                yield Value.of(x.shape, y);
            }
            case "max" ->
                    arguments.size() == 2
                            ? zip(x, arguments.get(1), Math::max)
                            : Value.of(Arrays.stream(x.data).max().orElseThrow());
            case "mean" -> Value.of(Arrays.stream(x.data).average().orElseThrow());
            case "argmax" -> {
                double max = Arrays.stream(x.data).max().orElseThrow();
                int first = IntStream.range(0, x.data.length).filter(i -> x.data[i] == max).findFirst().orElseThrow();
                yield Value.of(Shape.of(2), pixels(x.pixels).toList().get(first));
            }
            case "window" -> window((int) number(x), (int) number(arguments.get(1)));
            case "shape" -> x;
            case "reshape" -> {
                require(x.data.length == arguments.get(1).data.length, "reshape of " + x.shape);
                yield Value.of(arguments.get(1).shape, x.data);
            }
            case "im2col", "im2colᵀ" -> columns(x, name.endsWith("ᵀ"));
            default -> throw failure(name + " is no function here");
        };
    }

    private Value window(int i, int j) {
        double[] inside =
                IntStream.range(0, window.kernelHeight() * window.kernelWidth())
                        .mapToObj(tap -> new double[] {row(i, tap), column(j, tap)})
                        .filter(p -> p[0] >= 0 && p[0] < window.height() && p[1] >= 0 && p[1] < window.width())
                        .flatMapToDouble(Arrays::stream)
                        .toArray();
        return Value.of(Shape.of(inside.length / 2, 2), inside);
    }

    private int row(int i, int tap) {
        return i * window.strideHeight() + tap / window.kernelWidth() - window.padTop();
    }

    private int column(int j, int tap) {
        return j * window.strideWidth() + tap % window.kernelWidth() - window.padLeft();
    }

    /** im2col, or its transpose: the matrix of a row per output pixel and a column per tap and channel. */
    private Value columns(Value v, boolean transposed) {
        int perImage = transposed ? window.outputPixels() * window.patchSize() : window.inputSize();
        Shape images = Shape.of(v.data.length / perImage, window.height(), window.width(), window.channels());
        Shape matrix = Shape.of(images.size(0) * window.outputPixels(), window.patchSize());
        double[] result = new double[(transposed ? images : matrix).elements()];
        for (int i = 0; i < matrix.elements(); i++) {
            int pixel = i / window.patchSize();
            int tap = i % window.patchSize() / window.channels();
            int r = row(pixel % window.outputPixels() / window.outWidth(), tap);
            int s = column(pixel % window.outWidth(), tap);
            if (r >= 0 && r < window.height() && s >= 0 && s < window.width()) {
                int image = pixel / window.outputPixels();
                int x =
                        ((image * window.height() + r) * window.width() + s) * window.channels()
                                + i % window.channels();
                result[transposed ? x : i] += v.data[transposed ? i : x];
            }
        }
        return Value.of(transposed ? images : matrix, result);
    }

    private static Value map(Value v, DoubleUnaryOperator f) {
        return Value.of(v.shape, Arrays.stream(v.data).map(f).toArray());
    }

    private static Supplier<Value> apply(Supplier<Value> v, DoubleUnaryOperator f) {
        return () -> map(v.get(), f);
    }

    private Value zip(Value a, Value b, DoubleBinaryOperator f) {
        int rows = Math.max(a.rows(), b.rows());
        int cols = Math.max(a.cols(), b.cols());
        for (Value v : List.of(a, b)) {
            require((v.rows() == rows || v.rows() == 1) && (v.cols() == cols || v.cols() == 1), "sizes differ");
        }
        double[] c = new double[rows * cols];
        for (int i = 0; i < c.length; i++) {
            c[i] = f.applyAsDouble(a.at(i / cols, i % cols), b.at(i / cols, i % cols));
        }
        return Value.of(a.data.length == c.length ? a.shape : Shape.of(rows, cols), c);
    }

    private Value multiple(Value a, Value b) {
        require(a.data.length == 1 || b.data.length == 1, a.shape + " times " + b.shape + " without · or ⊙");
        return zip(a, b, (x, y) -> x * y);
    }

    private Value product(Value a, Value b) {
        require(a.cols() == b.rows(), a.shape + " · " + b.shape);
        double[] c = new double[a.rows() * b.cols()];
        for (int i = 0; i < c.length; i++) {
            for (int p = 0; p < a.cols(); p++) {
                c[i] += a.data[i / b.cols() * a.cols() + p] * b.data[p * b.cols() + i % b.cols()];
            }
        }
        return Value.of(Shape.of(a.rows(), b.cols()), c);
    }

    private static Value transpose(Value a) {
        double[] t = new double[a.data.length];
        for (int i = 0; i < t.length; i++) {
            t[i % a.cols() * a.rows() + i / a.cols()] = a.data[i];
        }
        return Value.of(Shape.of(a.cols(), a.rows()), t);
    }

    private static Stream<double[]> pixels(Value set) {
        return IntStream.range(0, set.shape.size(0)).mapToObj(i -> Arrays.copyOfRange(set.data, 2 * i, 2 * i + 2));
    }

    private double number(Value v) {
        require(v.data.length == 1, v.shape + " where a single number is needed");
        return v.data[0];
    }

    private void range(String index, Shape shape, int axis) {
        Integer before = ranges.put(index, shape.size(axis));
        require(before == null || before == shape.size(axis), "index " + index + " runs over axes of different sizes");
    }

    private void loop(List<String> over, int from, Runnable body) {
        if (from == over.size()) {
            body.run();
            return;
        }
        String index = over.get(from);
        require(ranges.containsKey(index), "index " + index + " is no subscript");
        for (int i = 0; i < ranges.get(index); i++) {
            indices.put(index, i);
            loop(over, from + 1, body);
        }
        indices.remove(index);
    }

    private void start(String text) {
        tokens = TOKEN.matcher(text).results().map(MatchResult::group).toList();
        next = 0;
    }

    private String token() {
        require(next < tokens.size(), "more is expected");
        return tokens.get(next++);
    }

    private boolean peek(String token) {
        return next < tokens.size() && tokens.get(next).equals(token);
    }

    private boolean take(String token) {
        boolean there = peek(token);
        next += there ? 1 : 0;
        return there;
    }

    private void expect(String token) {
        require(take(token), token + " is expected");
    }

    private void end() {
        require(next == tokens.size(), "nothing more is expected");
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw failure(otherwise);
        }
    }

    private IllegalArgumentException failure(String message) {
        String at =
                String.join(" ", tokens.subList(0, next))
                        + " ‸ "
                        + String.join(" ", tokens.subList(next, tokens.size()));
        return new IllegalArgumentException(message + ": " + at + " with " + new TreeSet<>(names.keySet()));
    }
}
