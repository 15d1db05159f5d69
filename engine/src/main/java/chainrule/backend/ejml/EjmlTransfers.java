package chainrule.backend.ejml;

import chainrule.backend.Matrix;
import chainrule.backend.Memory;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Statistics;
import chainrule.backend.TransferPrimitives;

/** Host and device are the same memory, but the device rounds to float. */
public class EjmlTransfers implements TransferPrimitives {
    private final Memory memory;
    private final int padding;

    /** @param padding elements that must follow the last one in storage, because loops over whole vectors read them */
    public EjmlTransfers(Memory memory, int padding) {
        this.memory = memory;
        this.padding = padding;
    }

    @Override
    public void upload(double[] from, Matrix to) {
        float[] elements = to.floats();
        int n = to.elements();
        for (int i = 0; i < n; i++) {
            elements[i] = (float) from[i];
        }
    }

    @Override
    public void upload(float[] from, int offset, Matrix to) {
        System.arraycopy(from, offset, to.floats(), 0, to.elements());
    }

    /** The array itself, if it is long enough for loops over whole vectors: copying a batch costs as much as a layer. */
    @Override
    public Buffer wrap(float[] from, int length, String label) {
        return from.length < length + padding ? null : memory.wrap(from, length, label);
    }

    @Override
    public double[] download(Matrix from) {
        float[] elements = from.floats();
        double[] copy = new double[from.elements()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = elements[i];
        }
        return copy;
    }

    @Override
    public double[] scalars(Matrix... from) {
        double[] first = new double[from.length];
        for (int i = 0; i < first.length; i++) {
            first[i] = from[i].floats()[0];
        }
        return first;
    }

    @Override
    public Statistics statistics(Matrix x) {
        return Summary.of(x.floats(), x.elements());
    }
}
