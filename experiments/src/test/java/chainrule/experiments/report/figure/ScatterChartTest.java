package chainrule.experiments.report.figure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScatterChartTest {
    private static ScatterChart chart(double... y) {
        double[] x = new double[y.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = Math.pow(10, i);
        }
        return ScatterChart.named("a", "A")
                .x("size")
                .y("rate")
                .line(Series.xy("roof", Hue.GREY, new double[] {1, 1000}, new double[] {1, 100}))
                .points(Series.xy("products", Hue.BLUE, x, y))
                .build();
    }

    @Test
    void drawsPointsAndLinesOverLogarithmicAxes() {
        String svg = chart(1, 10, 100).svg(false);
        assertThat(svg).contains(">roof<", ">products<", ">size<", ">rate<", ">1000<");
        assertThat(chart(1, 10, 100).png()).isNotEmpty();
    }

    @Test
    void leavesOutWhatHasNoLogarithm() {
        for (double y : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThat(chart(1, y).svg(true)).startsWith("<svg").doesNotContain("NaN\"", "Infinity\"");
        }
        assertThat(ScatterChart.named("b", "B").build().svg(false)).startsWith("<svg");
    }
}
