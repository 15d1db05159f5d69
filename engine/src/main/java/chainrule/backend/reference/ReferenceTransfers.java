package chainrule.backend.reference;

import chainrule.backend.Matrix;
import chainrule.backend.Statistics;
import chainrule.backend.TransferPrimitives;

import java.util.Arrays;
import java.util.stream.Stream;

/** Host and device are the same memory. */
final class ReferenceTransfers implements TransferPrimitives {

    @Override
    public void upload(double[] from, Matrix to) {
        System.arraycopy(from, 0, to.doubles(), 0, to.elements());
    }

    @Override
    public void upload(float[] from, int offset, Matrix to) {
        double[] elements = to.doubles();
        for (int i = 0; i < to.elements(); i++) {
            elements[i] = from[offset + i];
        }
    }

    @Override
    public double[] download(Matrix from) {
        return Arrays.copyOf(from.doubles(), from.elements());
    }

    @Override
    public double[] scalars(Matrix... from) {
        return Stream.of(from).mapToDouble(x -> x.doubles()[0]).toArray();
    }

    @Override
    public Statistics statistics(Matrix x) {
        Statistics all = Statistics.EMPTY;
        for (int i = 0; i < x.elements(); i++) {
            all = all.plus(Statistics.of(x.doubles()[i]));
        }
        return all;
    }
}
