package chainrule.backend;

/**
 * What a backend implements for products and for rows and columns. {@link Backend} documents each primitive and checks all
 * sizes before it calls one.
 */
public interface MatrixPrimitives {
    void matmul(Matrix a, Matrix b, Matrix c);

    void affine(Matrix x, Matrix w, Matrix bias, Matrix y);

    void addRow(Matrix x, Matrix row, Matrix y);

    void columnSums(Matrix x, Matrix sums);

    void moments(Matrix x, Matrix mean, Matrix variance);
}
