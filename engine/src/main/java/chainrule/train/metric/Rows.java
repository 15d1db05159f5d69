package chainrule.train.metric;

/** Argument checks for metrics over rows of class scores. */
final class Rows {
    private Rows() {}

    /**
     * Returns the number of rows; throws unless there is one row of {@code columns} per label and every label is a
     * class.
     */
    static int require(String metric, double[] scores, int columns, int classes, int[] labels) {
        if (columns < 1 || scores.length != (long) columns * labels.length) {
            throw new IllegalArgumentException(
                    metric
                            + ": "
                            + scores.length
                            + " scores are not one row of "
                            + columns
                            + " for each of "
                            + labels.length
                            + " labels");
        }
        for (int i = 0; i < labels.length; i++) {
            requireClass(metric, labels[i], classes);
        }
        return labels.length;
    }

    /** Throws unless the label is one of 0 … classes − 1. */
    static void requireClass(String metric, int label, int classes) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(
                    metric + ": class " + label + " is not one of the " + classes + ", 0 … " + (classes - 1));
        }
    }
}
