package chainrule.backend;

/**
 * How far a result may be from the float64 one, as a number of roundings: |error| ≤ roundings · u · scale, with u the
 * backend's unit roundoff.
 *
 * <p>A sum of n products computed in any order, fused or not, has an error of at most γ(n) Σ|aᵢ||bᵢ| with γ(n) = n·u/(1 −
 * n·u) (Higham 2002, §3.1). Σ|aᵢ||bᵢ| is measured, by running the reference on the absolute values of all operands; so
 * the bound is tight where terms are small and there are few of them. Where a formula is not a plain sum of products,
 * the test states the largest intermediate value itself.
 *
 * @param roundings on the longest path from an operand to the result
 * @param scale bound on the magnitude of intermediate values; NaN to measure it for every result
 */
record Tolerance(double roundings, double scale) {
    /** Equal bits: for primitives that only move, select or count. */
    static final Tolerance EXACT = new Tolerance(0, 1);

    /** Sums of that many products of operands, added to the previous value of the result, and a constant factor or two. */
    static Tolerance sum(int terms) {
        return new Tolerance(terms + 4, Double.NaN);
    }

    /** A formula of few operations whose intermediate values are at most {@code scale}. */
    static Tolerance roundings(double roundings, double scale) {
        return new Tolerance(roundings, scale);
    }

    boolean measured() {
        return Double.isNaN(scale);
    }
}
