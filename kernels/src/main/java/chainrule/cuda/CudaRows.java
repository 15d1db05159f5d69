package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.backend.Sizes;
import chainrule.backend.Target;
import chainrule.cuda.CudaBinding.Grid;

/** Rows, columns and batch normalisation: rows.cu, columns.cu, moments.cu, batchnorm.cu. */
interface CudaRows extends CudaHost {

    @Override
    default void addRow(int rows, int cols, Buffer x, Buffer row, Buffer y) {
        ColumnShape shape = ColumnShape.loops(rows, cols);
        shape.on(this, Kernel.ADD_ROW).buffers(x, row, y).grid(shape.grid(), Launcher.BLOCK, 0);
    }

    @Override
    default void addRowGradient(int rows, int cols, Buffer dy, Target sums) {
        ColumnShape shape = ColumnShape.sums(rows, cols);
        Buffer partial = doubles(shape.partials(1));
        Buffer sum = sums.toAddTo(this);
        shape.on(this, Kernel.COLUMN_SUMS).buffers(dy, partial, sum).grid(shape.grid(), Launcher.BLOCK, 0);
        if (partial != null) {
            on(Kernel.COLUMN_SUMS_FINISH, shape.chunks(), cols)
                    .i32(shape.chunks())
                    .i32(cols)
                    .i32(shape.width())
                    .buffers(partial, sum)
                    .blocks(shape.tiles());
            partial.close();
        }
    }

    @Override
    default void moments(int rows, int cols, Buffer x, Buffer mean, Buffer variance) {
        ColumnShape shape = ColumnShape.sums(rows, cols);
        Buffer partial = doubles(shape.partials(2));
        shape.on(this, Kernel.MOMENTS).buffers(x, partial, mean, variance).grid(shape.grid(), Launcher.BLOCK, 0);
        if (partial != null) {
            on(Kernel.MOMENTS_FINISH, shape.chunks(), cols)
                    .i32(rows)
                    .i32(shape.chunks())
                    .i32(cols)
                    .i32(shape.width())
                    .buffers(x, partial, mean, variance)
                    .blocks(shape.tiles());
            partial.close();
        }
    }

    @Override
    default void normalize(
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer beta,
            Buffer y) {
        ColumnShape shape = ColumnShape.loops(rows, cols);
        shape.on(this, Kernel.NORMALIZE)
                .f64(epsilon)
                .buffers(x, mean, variance, gamma, beta, y)
                .grid(shape.grid(), Launcher.BLOCK, 0);
    }

    @Override
    default void batchNormGradient(
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer dy,
            Target dx,
            Target dgamma,
            Target dbeta) {
        gradient(true, rows, cols, x, mean, variance, epsilon, gamma, dy, orNull(dx), orNull(dgamma), orNull(dbeta));
    }

    @Override
    default void normalizeGradient(
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer dy,
            Target dx,
            Target dgamma,
            Target dbeta) {
        gradient(false, rows, cols, x, mean, variance, epsilon, gamma, dy, orNull(dx), orNull(dgamma), orNull(dbeta));
    }

    private Buffer orNull(Target target) {
        return target == null ? null : target.toAddTo(this);
    }

    private void gradient(
            boolean ofBatch,
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer dy,
            Buffer dx,
            Buffer dgamma,
            Buffer dbeta) {
        ColumnShape sums = ColumnShape.sums(rows, cols);
        Buffer coefficients =
                dx == null
                        ? null
                        : allocate(Sizes.product("batch norm coefficients", 3, cols), "batch norm coefficients");
        Buffer partial = doubles(sums.partials(2));
        Launcher launch = sums.on(this, Kernel.BATCH_NORM_SUMS).buffers(x, mean, dy, partial);
        putSums(launch, rows, epsilon, variance, gamma, ofBatch, dgamma, dbeta, coefficients);
        launch.grid(sums.grid(), Launcher.BLOCK, 0);
        if (partial != null) {
            launch =
                    on(Kernel.BATCH_NORM_SUMS_FINISH, sums.chunks(), cols)
                            .i32(sums.chunks())
                            .i32(cols)
                            .i32(sums.width())
                            .buffers(partial);
            putSums(launch, rows, epsilon, variance, gamma, ofBatch, dgamma, dbeta, coefficients);
            launch.grid(new Grid(sums.tiles(), 1, 1), Launcher.BLOCK, 0);
            partial.close();
        }
        if (dx != null) {
            ColumnShape loops = ColumnShape.loops(rows, cols);
            loops.on(this, Kernel.BATCH_NORM_GRADIENT)
                    .buffers(x, mean, dy, coefficients, dx)
                    .grid(loops.grid(), Launcher.BLOCK, 0);
            coefficients.close();
        }
    }

    /** The struct Sums of batchnorm.cu. */
    private static void putSums(
            Launcher launch,
            int rows,
            double epsilon,
            Buffer variance,
            Buffer gamma,
            boolean ofBatch,
            Buffer dgamma,
            Buffer dbeta,
            Buffer coefficients) {
        launch.arguments()
                .begin()
                .putInt(rows)
                .putInt(0) // a double begins at a multiple of 8
                .putDouble(epsilon)
                .putLong(DeviceArray.addressOrNull(variance))
                .putLong(DeviceArray.addressOrNull(gamma))
                .putLong(ofBatch ? 1 : 0)
                .putLong(DeviceArray.addressOrNull(dgamma))
                .putLong(DeviceArray.addressOrNull(dbeta))
                .putLong(DeviceArray.addressOrNull(coefficients));
    }
}
