package chainrule.backend;

/**
 * What a backend implements for optimizers. {@link Backend} documents each primitive and checks all sizes before it calls
 * one.
 */
public interface UpdatePrimitives {
    void sgd(Matrix w, Matrix g, Matrix v, double rate, double momentum, boolean nesterov, double decay);

    void adam(Matrix w, Matrix g, Matrix m, Matrix s, AdamStep step);
}
