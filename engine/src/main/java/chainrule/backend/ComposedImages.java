package chainrule.backend;

import chainrule.backend.Memory.Buffer;

/**
 * Convolutions composed of {@link #im2col}, its transpose and matrix products: their definition. A backend overrides them for
 * speed, never for another meaning.
 */
public abstract class ComposedImages implements ImagePrimitives {
    private final Memory memory;
    private final MatrixPrimitives matrices;

    /**
     * @param memory for the im2col matrix
     * @param matrices the products
     */
    protected ComposedImages(Memory memory, MatrixPrimitives matrices) {
        this.memory = memory;
        this.matrices = matrices;
    }

    @Override
    public void convolution(Window w, Images x, Matrix weight, Matrix bias, Images y) {
        try (Buffer buffer = memory.allocate(w.columnsSize(x.count()), "im2col")) {
            Matrix columns = Matrix.of(buffer, y.rows(), w.patchSize());
            im2col(w, x, columns);
            matrices.affine(columns, weight, bias, y);
        }
    }

    @Override
    public void convolutionInputGradient(Window w, Images dy, Matrix weight, Matrix dx) {
        try (Buffer buffer = memory.allocate(w.columnsSize(dy.count()), "im2col gradient")) {
            Matrix columns = Matrix.of(buffer, dy.rows(), w.patchSize());
            matrices.matmul(dy, weight.T(), columns);
            im2colGradient(w, columns, dx);
        }
    }

    @Override
    public void convolutionWeightGradient(Window w, Images x, Images dy, Matrix dweight) {
        try (Buffer buffer = memory.allocate(w.columnsSize(x.count()), "im2col")) {
            Matrix columns = Matrix.of(buffer, dy.rows(), w.patchSize());
            im2col(w, x, columns);
            matrices.matmul(columns.T(), dy, dweight);
        }
    }
}
