package chainrule.backend;

/**
 * What a backend implements to draw random numbers. {@link Backend} documents each primitive and checks all sizes before it
 * calls one.
 */
public interface RandomPrimitives {
    void dropoutMask(long key, double rate, Matrix mask);
}
