package chainrule.backend;

/**
 * What a backend implements to normalize columns. {@link Backend} documents each primitive and checks all sizes before it
 * calls one.
 */
public interface NormalizationPrimitives {
    void normalize(Matrix x, Moments moments, Matrix gamma, Matrix beta, Matrix y);

    void batchNormGradient(Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta);

    void normalizeGradient(Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta);
}
