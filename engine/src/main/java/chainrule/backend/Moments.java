package chainrule.backend;

/**
 * What normalizes a matrix column by column: x̂ = (x − μ)/√(σ² + ε).
 *
 * @param mean μ, one element per column
 * @param variance σ², one element per column
 * @param epsilon ε, which keeps a constant column from dividing by 0
 */
public record Moments(Matrix mean, Matrix variance, double epsilon) {}
