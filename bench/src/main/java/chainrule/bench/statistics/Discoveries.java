package chainrule.bench.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The procedure of Benjamini and Hochberg (1995): of many rows of a table, it selects those that may be called different so
 * that, on average, at most a given fraction of the selected rows are wrong.
 */
public final class Discoveries {
    private Discoveries() {}

    /**
     * Selects the rows with the k smallest p values, where k is the largest number with p₍ₖ₎ ≤ rate · k/m and m is the number
     * of rows.
     *
     * @param pValues one a row
     * @param rate the accepted fraction of false discoveries, such as 0.05
     * @return true for each selected row
     */
    public static boolean[] significant(double[] pValues, double rate) {
        int m = pValues.length;
        int[] ascending =
                IntStream.range(0, m)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> pValues[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        int selected = 0;
        for (int k = 1; k <= m; k++) {
            if (pValues[ascending[k - 1]] <= rate * k / m) {
                selected = k;
            }
        }
        boolean[] significant = new boolean[m];
        for (int k = 0; k < selected; k++) {
            significant[ascending[k]] = true;
        }
        return significant;
    }
}
