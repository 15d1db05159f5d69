package chainrule.backend;

/**
 * What a backend implements for softmax and the losses. {@link Backend} documents each primitive and checks all sizes
 * before it calls one.
 */
public interface LossPrimitives {
    void softmax(Matrix x, Matrix y);

    void softmaxGradient(Matrix y, Matrix dy, Matrix dx);

    void softmaxCrossEntropy(Matrix logits, Matrix target, Matrix loss);

    void softmaxCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits);

    void binaryCrossEntropy(Matrix logits, Matrix target, Matrix loss);

    void binaryCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits);

    void squaredError(double factor, Matrix x, Matrix target, Matrix loss);

    void squaredErrorGradient(double factor, Matrix x, Matrix target, Matrix dloss, Matrix dx);

    void matches(Matrix output, Matrix target, Matrix count);
}
