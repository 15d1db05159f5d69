package chainrule.backend.ejml;

import chainrule.backend.Statistics;

/** Statistics of a float array in one pass, without an object per element. */
final class Summary {
    private Summary() {}

    static Statistics of(float[] x, int length) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double sumAbs = 0;
        double sumSquares = 0;
        long zeros = 0;
        long nonFinite = 0;
        for (int i = 0; i < length; i++) {
            double v = x[i];
            if (!Double.isFinite(v)) {
                nonFinite++;
                continue;
            }
            min = Math.min(min, v);
            max = Math.max(max, v);
            sum += v;
            sumAbs += Math.abs(v);
            sumSquares += v * v;
            zeros += v == 0 ? 1 : 0;
        }
        return new Statistics(length, min, max, sum, sumAbs, sumSquares, zeros, nonFinite);
    }
}
