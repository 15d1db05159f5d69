package chainrule.backend;

/**
 * What a backend implements for convolution and pooling. {@link Backend} documents each primitive and checks all sizes
 * before it calls one.
 */
public interface ImagePrimitives {
    void im2col(Window w, Images x, Matrix columns);

    void im2colGradient(Window w, Matrix columns, Matrix dx);

    void convolution(Window w, Images x, Matrix weight, Matrix bias, Images y);

    void convolutionInputGradient(Window w, Images dy, Matrix weight, Matrix dx);

    void convolutionWeightGradient(Window w, Images x, Images dy, Matrix dweight);

    void maxPool(Window w, Images x, Images y);

    void maxPoolGradient(Window w, Images x, Images y, Images dy, Matrix dx);

    void averagePool(Window w, Images x, Images y);

    void averagePoolGradient(Window w, Images dy, Matrix dx);
}
