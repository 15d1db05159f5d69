package chainrule.cuda;

import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Statistics;
import chainrule.backend.TransferPrimitives;

/** Copies between host and device through pinned memory, and the summary of a buffer: statistics.cu. */
final class CudaTransfers implements TransferPrimitives, AutoCloseable {
    /** Doubles of a summary in statistics.cu. */
    private static final int SUMMARY = 7;

    /** The most elements that {@link #scalars} downloads at once. */
    private static final int SCALARS = 64;

    private final CudaStream stream;
    private final CudaBinding cuda;
    private final PinnedTransfers pinned;
    private final long scalars;

    CudaTransfers(CudaStream stream) {
        this.stream = stream;
        this.cuda = stream.cuda();
        this.pinned = new PinnedTransfers(cuda, stream.handle());
        this.scalars = cuda.allocate(4 * SCALARS);
    }

    @Override
    public void upload(double[] from, Matrix to) {
        pinned.upload(from, to.elements(), DeviceArray.address(to));
    }

    @Override
    public void upload(float[] from, int offset, Matrix to) {
        pinned.upload(from, offset, to.elements(), DeviceArray.address(to));
    }

    @Override
    public double[] download(Matrix from) {
        double[] elements = new double[from.elements()];
        stream.waiting(
                "download of " + from.buffer(),
                () -> pinned.download(DeviceArray.address(from), elements.length, elements));
        return elements;
    }

    /** Collects them on the device, for one download. */
    @Override
    public double[] scalars(Matrix... from) {
        double[] elements = new double[from.length];
        for (int first = 0; first < from.length; first += SCALARS) {
            int count = Math.min(SCALARS, from.length - first);
            for (int i = 0; i < count; i++) {
                cuda.copy(DeviceArray.address(from[first + i]), scalars + 4L * i, 4, stream.handle());
            }
            double[] some = new double[count];
            stream.waiting("download of " + count + " scalars", () -> pinned.download(scalars, count, some));
            System.arraycopy(some, 0, elements, first, count);
        }
        return elements;
    }

    @Override
    public Statistics statistics(Matrix x) {
        int n = x.elements();
        int blocks = Launcher.blocksOfASum(n);
        try (Buffer partial = stream.doubles(SUMMARY * blocks)) {
            stream.on(Kernel.STATISTICS, n).i32(n).buffers(x, partial).blocks(blocks);
            if (blocks > 1) {
                stream.on(Kernel.STATISTICS_FINISH, blocks).i32(blocks).buffers(partial).blocks(1);
            }
            double[] v = new double[SUMMARY];
            stream.waiting(
                    "statistics of " + x.buffer(),
                    () ->
                            pinned.download(
                                    DeviceArray.address(partial),
                                    SUMMARY * Double.BYTES,
                                    back -> back.bytes().asDoubleBuffer().get(v)));
            return new Statistics(n, v[3], v[4], v[0], v[1], v[2], (long) v[5], (long) v[6]);
        }
    }

    /** How much was moved between host and device so far. */
    PinnedTransfers.Moved moved() {
        return pinned.moved();
    }

    @Override
    public void close() {
        pinned.close();
        cuda.free(scalars);
    }
}
