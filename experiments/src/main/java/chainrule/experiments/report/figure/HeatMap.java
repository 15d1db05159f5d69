package chainrule.experiments.report.figure;

import java.util.List;

/**
 * A matrix as colored cells with their values. The color follows the square root of the cell's fraction, so that a few
 * wrong predictions among a thousand right ones remain visible.
 *
 * @param fraction each cell's fraction in [0, 1], which determines its color
 * @param text the text of each cell
 */
public record HeatMap(
        String name,
        String title,
        String caption,
        String xLabel,
        String yLabel,
        List<String> columns,
        List<String> rows,
        double[][] fraction,
        String[][] text)
        implements Chart {
    public HeatMap {
        Figure.checkName(name);
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        fraction = java.util.Arrays.stream(fraction).map(double[]::clone).toArray(double[][]::new);
        text = java.util.Arrays.stream(text).map(String[]::clone).toArray(String[][]::new);
    }

    /**
     * A confusion matrix.
     *
     * @param counts counts[i][j] is the number of examples of class i predicted as class j; colors show fractions of
     *     the row
     */
    public static HeatMap confusion(String name, String title, String caption, List<String> classes, int[][] counts) {
        int n = classes.size();
        double[][] fraction = new double[n][n];
        String[][] text = new String[n][n];
        for (int i = 0; i < n; i++) {
            double total = Math.max(1, java.util.Arrays.stream(counts[i]).sum());
            for (int j = 0; j < n; j++) {
                fraction[i][j] = counts[i][j] / total;
                text[i][j] = counts[i][j] == 0 ? "" : Integer.toString(counts[i][j]);
            }
        }
        return new HeatMap(name, title, caption, "predicted", "true class", classes, classes, fraction, text);
    }

    @Override
    public Size size(boolean compact) {
        int cell = compact ? 34 : 48;
        int width = Math.max(280, 60 + cell * columns.size());
        int names = longNames() ? 60 : 0;
        return new Size(
                compact ? Math.max(width, Size.COMPACT.width()) : width, 84 + names + cell * 4 / 5 * rows.size());
    }

    /** True if the names are wider than the columns, so that they are drawn vertically. */
    boolean longNames() {
        return columns.stream().anyMatch(name -> name.length() > 5);
    }

    int step(int row, int column) {
        double s = Math.sqrt(Math.clamp(fraction[row][column], 0, 1));
        return Math.min(Palette.STEPS - 1, (int) Math.ceil(s * (Palette.STEPS - 1)));
    }
}
