package chainrule.experiments.report;

import chainrule.experiments.report.figure.BarChart;
import chainrule.experiments.report.figure.HeatMap;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;
import chainrule.experiments.report.figure.Series;
import chainrule.experiments.report.figure.StripPlot;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** A report with every kind of block, on synthetic data; its main method writes it into a directory for inspection. */
final class DemoReport {
    private static final List<String> DIGITS = IntStream.range(0, 10).mapToObj(Integer::toString).toList();

    private DemoReport() {}

    public static void main(String[] args) {
        OutputDirectory.open(Path.of(args[0])).write(report(), report().facts());
    }

    static Report report() {
        return Report.titled("Depth: when do plain networks stop learning?")
                .lead(
                        "Nine networks of 5, 20 and 40 hidden layers learn MNIST with ReLU, tanh and sigmoid units."
                            + " Sigmoid networks never leave the starting line; ReLU holds to 20 layers; tanh learns at"
                            + " every depth.")
                .fact("command", "./run depth --epochs 40 --seeds 5")
                .fact("backend", "simd (float32, 8 lanes)")
                .fact("threads", 8)
                .fact("seed", 42)
                .fact("data", "MNIST, 60 000 + 10 000, crc 3f9a41c7")
                .fact("JDK", "Temurin 25.0.1")
                .fact("elapsed", "12 min 31 s")
                .section(accuracies())
                .section(curves())
                .section(gradients())
                .section(spread())
                .section(functions())
                .section(pictures())
                .section(bench())
                .build();
    }

    private static Section.Builder accuracies() {
        return Section.titled("Test accuracy and loss")
                .prose(
                        "Every cell shows what this run measured above the figure of the **assignment's report**. A"
                                + " network that answers “1” to everything is right in `.1135` of the cases.")
                .table(
                        Table.titled("Test accuracy")
                                .columns("hidden layers")
                                .numeric("ReLU", "tanh", "sigmoid")
                                .referenceName("report")
                                .row(
                                        5,
                                        cell(.9662, ".9651").good(),
                                        cell(.9701, ".9698").good(),
                                        cell(.1135, ".1135").bad())
                                .row(
                                        20,
                                        cell(.9581, ".9617").good(),
                                        cell(.9644, ".9632").good(),
                                        cell(.1135, ".1135").bad())
                                .row(
                                        40,
                                        cell(.4312, ".1135").warn(),
                                        cell(.9598, ".9615").good(),
                                        cell(.1135, ".1135").bad())
                                .note("Green: learned; yellow: depends on the seed; red: chance level.")
                                .build())
                .note("The 40-layer ReLU network differs from the report's because its outcome depends on the seed.");
    }

    private static Cell cell(double value, String reference) {
        return Cell.decimals(value, 4).withReference(reference);
    }

    private static Section.Builder curves() {
        LineChart.Builder all = LineChart.learningCurves("curves-all", "All nine networks", "accuracy", 40);
        String[] names = {
            "ReLU 5", "ReLU 20", "ReLU 40", "tanh 5", "tanh 20", "tanh 40", "LeCun 5", "LeCun 20", "LeCun 40"
        };
        for (int i = 0; i < names.length; i++) {
            all.trainingAnd("validation", names[i], Hue.cycle(i), curve(i, 0.99), curve(i + 100, 0.97));
        }
        Section.Builder section =
                Section.titled("Learning curves")
                        .figures(
                                all.caption("Dashed lines are measured on the 10 000 test images after each epoch.")
                                        .build());
        LineChart[] row = new LineChart[3];
        for (int k = 0; k < 3; k++) {
            row[k] =
                    LineChart.learningCurves(
                                    "loss-" + k, List.of("5 layers", "20 layers", "40 layers").get(k), "loss", 40)
                            .logY()
                            .trainingAnd("validation", "ReLU", Hue.BLUE, loss(k, .08), loss(k + 10, .12))
                            .trainingAnd("validation", "tanh", Hue.ORANGE, loss(k + 3, .06), loss(k + 13, .11))
                            .trainingAnd("validation", "sigmoid", Hue.GREEN, loss(k + 6, 2.3), loss(k + 16, 2.301))
                            .build();
        }
        return section.figures(row);
    }

    private static double[] curve(int seed, double end) {
        Random random = new Random(seed);
        double slowness = 1 + seed % 100 * 1.3;
        return IntStream.range(0, 40)
                .mapToDouble(e -> end - (end - .11) * Math.exp(-(e + .5) / slowness) + .006 * random.nextGaussian())
                .toArray();
    }

    private static double[] loss(int seed, double end) {
        Random random = new Random(seed);
        return IntStream.range(0, 40)
                .mapToDouble(e -> (end + (2.3 - end) * Math.exp(-e / 4.0)) * (1 + .02 * random.nextGaussian()))
                .toArray();
    }

    private static Section.Builder gradients() {
        return Section.titled("Gradients per layer")
                .prose("The greatest weight gradient of each layer for one batch of 64 images, before training.")
                .figures(
                        LineChart.perLayer("gradients-40", "Greatest gradient per layer, 40 hidden layers", "max |g|")
                                .caption(
                                        "The sigmoid's gradients underflow towards the input; where nothing is left, a"
                                                + " cross.")
                                .line("ReLU", Hue.BLUE, gradient(1e-4, .16))
                                .line("tanh", Hue.ORANGE, gradient(.02, .03))
                                .line("sigmoid", Hue.GREEN, vanishing())
                                .line("LeCun", Hue.RED, gradient(.05, -.02))
                                .line("leaky ReLU", Hue.PURPLE, gradient(2e-4, .14))
                                .build())
                .table(
                        Table.titled("Verdict")
                                .columns("network")
                                .numeric("layer 1", "layer 20", "layer 41")
                                .columns("in words")
                                .row(
                                        "sigmoid 40",
                                        Cell.of("0").vanished(),
                                        Cell.magnitude(1.3e-14).vanished(),
                                        Cell.magnitude(.0521).good(),
                                        "layer 20: 1.3e−14: vanished")
                                .row(
                                        "tanh 40",
                                        Cell.magnitude(.0231),
                                        Cell.magnitude(.0419),
                                        Cell.magnitude(.0932).good(),
                                        "flows at every depth")
                                .build())
                .note("Layers 1 to 9 of the sigmoid network receive no gradient at all.", Cell.Tone.VANISHED)
                .raw(
                        "Gradient statistics as text",
                        "layer  max|g|      mean|g|\n    1  0           0\n    2  1.2e-27     3.1e-29 <&>\n");
    }

    private static double[] gradient(double first, double growth) {
        Random random = new Random((long) (first * 1e6));
        return IntStream.range(0, 41)
                .mapToDouble(i -> first * Math.exp(growth * i) * Math.exp(.2 * random.nextGaussian()))
                .toArray();
    }

    private static double[] vanishing() {
        return IntStream.range(0, 41).mapToDouble(i -> i < 9 ? 0 : Math.pow(10, -27 + 25.7 * (i - 9) / 31)).toArray();
    }

    private static Section.Builder spread() {
        return Section.titled("The spread over seeds")
                .figures(
                        StripPlot.named("seeds", "Test accuracy of five seeds", "test accuracy")
                                .caption("At 40 layers a single ReLU run is not significant.")
                                .group("ReLU 20", Hue.BLUE, .957, .9602, .9511, .9588, .9571)
                                .group("ReLU 40", Hue.BLUE, .1135, .8721, .4312, .1135, .6502)
                                .group("tanh 40", Hue.ORANGE, .9598, .9611, .9573, .9604, Double.NaN)
                                .build());
    }

    private static Section.Builder functions() {
        return Section.titled("Functions")
                .figures(
                        LineChart.named("tanh", "tanh and its derivative")
                                .x("x")
                                .add(function("tanh", Math::tanh))
                                .add(
                                        function("tanh′", v -> 1 - Math.tanh(v) * Math.tanh(v))
                                                .as("", Series.Style.DASHED))
                                .build());
    }

    private static Series function(String name, DoubleUnaryOperator f) {
        double[] x = IntStream.rangeClosed(-80, 80).mapToDouble(i -> i / 20.0).toArray();
        return Series.xy(name, Hue.ORANGE, x, Arrays.stream(x).map(f).toArray());
    }

    private static Section.Builder pictures() {
        int[][] counts = new int[10][10];
        Random random = new Random(3);
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 10; j++) {
                counts[i][j] = i == j ? 900 + random.nextInt(150) : Math.max(0, random.nextInt(30) - 15);
            }
        }
        return Section.titled("What it mistakes")
                .figures(
                        HeatMap.confusion(
                                "confusion",
                                "Confusion matrix",
                                "The color follows the square root of a cell's fraction.",
                                DIGITS,
                                counts))
                .figures(
                        PictureGrid.flowing(
                                "mistakes",
                                "The surest mistakes",
                                "True class, answer and its probability.",
                                IntStream.range(0, 14).mapToObj(DemoReport::digit).toList()))
                .figures(
                        new PictureGrid(
                                "adversarial",
                                "Fast gradient sign",
                                "Image, perturbation, sum.",
                                3,
                                IntStream.range(0, 6).mapToObj(i -> i % 3 == 1 ? noise(i) : digit(i)).toList()));
    }

    private static Picture digit(int seed) {
        float[] v = new float[784];
        for (int i = 0; i < 784; i++) {
            double r = Math.hypot(i % 28 - 14 + seed % 3, (i / 28 - 14) * (.6 + .05 * seed));
            v[i] = (float) Math.exp(-Math.pow((r - 7) / 1.6, 2));
        }
        return Picture.gray(28, 28, v, seed % 10 + " taken for " + (seed * 3 + 1) % 10 + "\np = .98" + seed);
    }

    private static Picture noise(int seed) {
        Random random = new Random(seed);
        float[] v = new float[784];
        for (int i = 0; i < 784; i++) {
            v[i] = (float) random.nextGaussian() * .1f;
        }
        return Picture.signed(28, 28, v, .25f, "perturbation");
    }

    private static Section.Builder bench() {
        return Section.titled("Speed")
                .figures(
                        BarChart.named("speed", "Training throughput, 5 × 32 network", "images per second")
                                .bar("reference, 1 thread", 3120, Hue.GREY)
                                .bar("ejml, 8 threads", 148200, Hue.ORANGE)
                                .bar("simd, 8 threads", 391400, Hue.BLUE)
                                .bar("cuda, H100", 1204000, Hue.GREEN)
                                .reference(210000, "PyTorch 2.8, same CPU")
                                .build());
    }
}
