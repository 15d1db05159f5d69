package chainrule.backend;

import chainrule.backend.Memory.Buffer;

/**
 * What a backend implements to move elements between host and device. {@link Backend} documents each primitive and checks
 * all sizes before it calls one.
 */
public interface TransferPrimitives {
    void upload(double[] from, Matrix to);

    void upload(float[] from, int offset, Matrix to);

    /** The array itself as a buffer, or null if this backend cannot use it in place. */
    default Buffer wrap(float[] from, int length, String label) {
        return null;
    }

    double[] download(Matrix from);

    double[] scalars(Matrix... from);

    Statistics statistics(Matrix x);
}
