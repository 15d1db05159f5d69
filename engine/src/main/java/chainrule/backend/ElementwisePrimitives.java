package chainrule.backend;

/**
 * What a backend implements element by element. {@link Backend} documents each primitive and checks all sizes before it
 * calls one.
 */
public interface ElementwisePrimitives {
    void fill(Matrix x, double value);

    /** Overwrites {@code to}; {@link Backend#copy} adds with {@link #axpy}. */
    void copy(Matrix from, Matrix to);

    void map(Elementwise f, double a, Matrix x, Matrix y);

    void mapGradient(Elementwise f, double a, Matrix x, Matrix y, Matrix dy, Matrix dx);

    void add(Matrix x, Matrix y, Matrix z);

    void axpy(double alpha, Matrix x, Matrix y);

    /** x = α x; {@link Backend#scale} copies first. */
    void scale(double alpha, Matrix x);

    void clamp(double limit, Matrix x);

    void multiply(Matrix x, Matrix y, Matrix z);
}
