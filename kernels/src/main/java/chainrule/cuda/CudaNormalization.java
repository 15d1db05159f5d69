package chainrule.cuda;

import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Moments;
import chainrule.backend.NormalizationPrimitives;
import chainrule.backend.Sizes;

/** Normalization of columns: batchnorm.cu. */
final class CudaNormalization implements NormalizationPrimitives {
    private final CudaStream stream;

    CudaNormalization(CudaStream stream) {
        this.stream = stream;
    }

    @Override
    public void normalize(Matrix x, Moments moments, Matrix gamma, Matrix beta, Matrix y) {
        ColumnShape shape = ColumnShape.loops(x.rows(), x.cols());
        shape.on(stream, Kernel.NORMALIZE)
                .f64(moments.epsilon())
                .buffers(x, moments.mean(), moments.variance(), gamma, beta, y)
                .grid(shape.grid(), Launcher.BLOCK, 0);
    }

    @Override
    public void batchNormGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        gradient(new Scaling(moments, gamma, true), x, dy, dx, dgamma, dbeta);
    }

    @Override
    public void normalizeGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        gradient(new Scaling(moments, gamma, false), x, dy, dx, dgamma, dbeta);
    }

    /** @param ofBatch true if the moments are computed from x and so depend on it, false if they are constants */
    private record Scaling(Moments moments, Matrix gamma, boolean ofBatch) {}

    private void gradient(Scaling by, Matrix x, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        Buffer sumX = stream.toAddTo(dx);
        Buffer sumGamma = stream.toAddTo(dgamma);
        Buffer sumBeta = stream.toAddTo(dbeta);
        Buffer coefficients =
                dx == null
                        ? null
                        : stream.floats(
                                Sizes.product("batch norm coefficients", 3, x.cols()), "batch norm coefficients");
        columnSums(by, x, dy, new Results(sumGamma, sumBeta, coefficients));
        if (dx != null) {
            ColumnShape loops = ColumnShape.loops(x.rows(), x.cols());
            loops.on(stream, Kernel.BATCH_NORM_GRADIENT)
                    .buffers(x, by.moments().mean(), dy, coefficients, sumX)
                    .grid(loops.grid(), Launcher.BLOCK, 0);
            coefficients.close();
        }
    }

    /** What the sums of the columns become; each may be null. */
    private record Results(Buffer dgamma, Buffer dbeta, Buffer coefficients) {}

    private void columnSums(Scaling by, Matrix x, Matrix dy, Results results) {
        ColumnShape sums = ColumnShape.sums(x.rows(), x.cols());
        Buffer partial = stream.doubles(sums.partials(2));
        Launcher launch = sums.on(stream, Kernel.BATCH_NORM_SUMS).buffers(x, by.moments().mean(), dy, partial);
        putSums(launch.arguments(), x.rows(), by, results);
        launch.grid(sums.grid(), Launcher.BLOCK, 0);
        if (partial != null) {
            launch =
                    stream.on(Kernel.BATCH_NORM_SUMS_FINISH, sums.chunks(), x.cols())
                            .i32(sums.chunks())
                            .i32(x.cols())
                            .i32(sums.width())
                            .buffers(partial);
            putSums(launch.arguments(), x.rows(), by, results);
            launch.blocks(sums.tiles());
            partial.close();
        }
    }

    /** The struct Sums of batchnorm.cu. */
    private static void putSums(Arguments arguments, int rows, Scaling by, Results results) {
        arguments
                .begin()
                .putInt(rows)
                .putInt(0) // a double begins at a multiple of 8
                .putDouble(by.moments().epsilon())
                .putLong(DeviceArray.address(by.moments().variance()))
                .putLong(DeviceArray.address(by.gamma()))
                .putLong(by.ofBatch() ? 1 : 0)
                .putLong(DeviceArray.addressOrNull(results.dgamma()))
                .putLong(DeviceArray.addressOrNull(results.dbeta()))
                .putLong(DeviceArray.addressOrNull(results.coefficients()));
    }
}
