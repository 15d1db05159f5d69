package chainrule.experiments.report.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

class ChartTest {
    static Stream<double[]> awkward() {
        double nan = Double.NaN;
        double infinity = Double.POSITIVE_INFINITY;
        return Stream.of(
                new double[] {},
                new double[] {0},
                new double[] {0, 0, 0},
                new double[] {nan, nan},
                new double[] {infinity, -infinity},
                new double[] {1e-300, 1},
                new double[] {0, 1e-300, Double.MIN_VALUE, Double.MAX_VALUE},
                new double[] {1, nan, 2, infinity, -3, 0, 1e-27},
                new double[] {5, 5, 5},
                new double[] {2.3010, 2.3011, 2.3012});
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void drawsAnyData(double[] y) {
        for (Chart chart :
                List.of(
                        LineChart.perLayer("a", "A", "max |g|").line("s", Hue.GREEN, y).build(),
                        LineChart.named("b", "B").line("s", Hue.GREEN, y).build(),
                        StripPlot.named("d", "D", "v").group("g", Hue.RED, y).build(),
                        bars(y))) {
            assertThatCode(
                            () -> {
                                assertThat(chart.svg(true)).doesNotContain("NaN\"", "Infinity\"");
                                assertThat(chart.svg(false)).startsWith("<svg");
                                chart.png();
                            })
                    .as("%s of %s", chart.title(), DoubleStream.of(y).boxed().toList())
                    .doesNotThrowAnyException();
        }
    }

    private static Chart bars(double[] y) {
        BarChart.Builder bars = BarChart.named("e", "E", "v");
        for (double v : y) {
            bars.bar("bar", v, Hue.BLUE);
        }
        return bars.build();
    }

    @Test
    void marksZerosOnALogarithmicAxis() {
        LineChart.Builder chart = LineChart.perLayer("a", "A", "max |g|");
        assertThat(chart.line("s", Hue.GREEN, 1e-27, 1).build().svg(false)).doesNotContain("vanished").contains("10⁻");
        assertThat(chart.line("t", Hue.RED, 0, 1).build().svg(false)).contains("0 (vanished)", ">0<");
    }

    @Test
    void countsValuesThatAreNotDrawn() {
        LineChart chart = LineChart.named("a", "A").logY().line("s", Hue.GREEN, 1, Double.NaN, -1, 2).build();
        assertThat(chart.svg(false)).contains("2 NaN, ∞ or negative: not drawn");
    }

    private static LineChart.Builder loglog() {
        return LineChart.named("a", "A").logX().logY();
    }

    @Test
    void labelsALogarithmicXAxisAtItsPoints() {
        double[] sizes = {1, 4, 16, 64, 256, 1024, 4096};
        LineChart chart = loglog().add(Series.xy("s", Hue.BLUE, sizes, sizes)).build();
        assertThat(chart.svg(false)).contains(">1<", ">4<", ">16<", ">64<", ">256<", ">1,024<", ">4,096<");
        double[] many = IntStream.rangeClosed(1, 100).asDoubleStream().toArray();
        long labels =
                Pattern.compile(">[0-9,]+<")
                        .matcher(loglog().add(Series.xy("s", Hue.BLUE, many, many)).build().svg(true))
                        .results()
                        .count();
        assertThat(labels).isBetween(2L, 30L); // not 100: they would overlap
        assertThatThrownBy(() -> loglog().add(Series.xy("s", Hue.BLUE, new double[] {0}, new double[] {1})).build())
                .hasMessageContaining("positive abscissae");
    }

    @Test
    void shadesTheBandWhereItIsFinite() {
        double[] x = {1, 2, 3, 4, 5};
        double nan = Double.NaN;
        Series line = Series.xy("s", Hue.RED, x, new double[] {1, 2, 3, 4, 5});
        String without = LineChart.named("a", "A").add(line).build().svg(false);
        Series banded = line.band(new double[] {.9, 1.8, nan, 3.8, 4.8}, new double[] {1.1, 2.2, nan, 4.2, 5.2});
        String with = LineChart.named("a", "A").add(banded).build().svg(false);
        assertThat(without).doesNotContain("fill-opacity=\"0.");
        assertThat(with).contains("fill-opacity=\"0.");
        assertThat(shapes(with)).isEqualTo(shapes(without) + 2);
        assertThat(with).contains("fill=\"var(--c-red)\"");
        assertThatThrownBy(() -> line.band(new double[1], new double[1])).hasMessageContaining("a band of 1 and 1");
    }

    private static long shapes(String svg) {
        return Pattern.compile("<(path|polygon) ").matcher(svg).results().count();
    }

    @Test
    void labelsVerticalMarks() {
        LineChart.Builder chart = loglog().add(Series.xy("s", Hue.BLUE, new double[] {1, 100}, new double[] {1, 2}));
        String svg = chart.mark(10, "equal at 10", Hue.RED).mark(11, "equal at 11", Hue.GREEN).build().svg(false);
        assertThat(svg).contains(">equal at 10<", ">equal at 11<", "var(--c-red)", "var(--c-green)");
    }

    @Test
    void omitsTheValidationLineWithoutValidationSet() {
        LineChart.Builder chart = LineChart.learningCurves("a", "A", "loss", 3);
        String svg =
                chart.trainingAnd("validation", "net", Hue.BLUE, new double[] {3, 2, 1}, new double[0])
                        .build()
                        .svg(false);
        assertThat(svg).contains(">net<").doesNotContain("validation", "not drawn");
    }

    @Test
    void learningCurvesShowThePlannedEpochs() {
        for (int finished : new int[] {0, 1, 10, 40}) {
            String svg =
                    LineChart.learningCurves("a", "A", "loss", 40)
                            .line("s", Hue.BLUE, new double[finished])
                            .build()
                            .svg(false);
            assertThat(svg).contains(">40<").doesNotContain("not drawn");
        }
    }

    @Test
    void placesZeroBelowTheLeastValue() {
        LogScale scale = LogScale.of(DoubleStream.of(0, 1e-300, 1), new double[0]);
        assertThat(scale.place(0)).isLessThan(-300).isGreaterThan(scale.low());
        assertThat(scale.place(1e-300)).isEqualTo(-300);
        assertThat(scale.place(-1)).isNaN();
        assertThat(scale.place(Double.POSITIVE_INFINITY)).isNaN();
    }

    @Test
    void drawsTextInTheBundledFont() {
        String svg = LineChart.named("a", "A").x("epoch").y("loss").line("tanh", Hue.ORANGE, 1, 2).build().svg(false);
        assertThat(svg).contains(">epoch<", ">loss<", ">tanh<").contains("font-family=\"" + Palette.FONT_FAMILY + "\"");
        assertThat(svg).doesNotContain("'Inter", "&apos;");
    }

    @Test
    void pngFilesHaveTwiceTheNominalSize() throws IOException {
        LineChart chart = LineChart.named("a", "A").line("tanh", Hue.ORANGE, 1, 2).build();
        assertThat(ImageIO.read(new ByteArrayInputStream(chart.png())).getWidth()).isEqualTo(2 * 880);
    }

    @Test
    void activationsHaveTheirColors() {
        assertThat(
                        List.of("ReLU", "tanh", "Sigmoid", "LeCun", "leaky_relu", "leaky ReLU").stream()
                                .map(Hue::ofActivation))
                .containsExactly(Hue.BLUE, Hue.ORANGE, Hue.GREEN, Hue.RED, Hue.PURPLE, Hue.PURPLE);
    }

    @Test
    void rolesHaveDistinctLightColors() {
        List<String> colors = Stream.of(Palette.css(false).split(";")).map(c -> c.substring(c.indexOf('#'))).toList();
        assertThat(colors).doesNotHaveDuplicates();
    }

    @Test
    void checksNamesAndSizes() {
        assertThatThrownBy(() -> LineChart.named("a/b", "A").build()).hasMessageContaining("a/b");
        assertThatThrownBy(() -> new Picture(2, 2, new byte[3], "")).hasMessageContaining("expected 12");
        assertThatThrownBy(() -> Series.xy("s", Hue.RED, new double[2], new double[3]))
                .hasMessageContaining("2 x values");
    }

    @Test
    void keepsPixelsOfTheSameSize() {
        Picture picture = Picture.rgb(1, 1, new float[] {1, 0.5f, -3}, "");
        assertThat(picture.rgb()).containsExactly((byte) 255, (byte) 128, (byte) 0);
        assertThat(Canvas.image(picture).getRGB(0, 0) & 0xffffff).isEqualTo(0xff8000);
        assertThat(Picture.signed(1, 1, new float[] {0}, 1, "").rgb()).containsOnly((byte) 255);
        assertThat(Picture.gray(1, 1, new float[] {Float.NaN}, "").rgb()).containsOnly((byte) 0);
    }
}
