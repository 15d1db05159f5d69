package chainrule.backend;

import chainrule.backend.Memory.Buffer;

/**
 * Elements on a backend's device together with their shape: what primitives read and write. The elements are row-major,
 * {@code rows × cols}; {@link #T} reads the same elements as the transposed matrix. Every tensor is one, with its last
 * axis as columns and all other axes as rows, and a plain {@link Buffer} is a single row.
 */
public abstract class Matrix {
    private final int rows;
    private final int cols;
    private final boolean transposed;
    private final boolean accumulate;

    /** A matrix that is not transposed; as a result it is overwritten. */
    protected Matrix(int rows, int cols) {
        this(rows, cols, false);
    }

    /** A matrix that is not transposed; see {@link #accumulate()}. */
    protected Matrix(int rows, int cols, boolean accumulate) {
        this(rows, cols, false, accumulate);
    }

    private Matrix(int rows, int cols, boolean transposed, boolean accumulate) {
        this.rows = rows;
        this.cols = cols;
        this.transposed = transposed;
        this.accumulate = accumulate;
    }

    /** The elements as they are stored. */
    public abstract Buffer buffer();

    /** Rows, as the formula sees them. */
    public final int rows() {
        return rows;
    }

    /** Columns, as the formula sees them. */
    public final int cols() {
        return cols;
    }

    /** The number of elements, {@code rows · cols}. */
    public final int elements() {
        return rows * cols;
    }

    /** True if the storage holds the transpose, {@code cols × rows}. Only {@link Backend#matmul} accepts such operands. */
    public final boolean transposed() {
        return transposed;
    }

    /**
     * For a result whose formula says "+=": true if a primitive adds to the elements, false if it overwrites them, because
     * there is nothing to add to yet.
     */
    public final boolean accumulate() {
        return accumulate;
    }

    /** For a result without storage: allows it to take the storage of this operand, if the operand is not read again. */
    public void replace(Matrix operand) {}

    /** The transpose: a view of the same elements. */
    public final Matrix T() {
        return new View(buffer(), cols, rows, !transposed, false);
    }

    /** The same elements as a result that primitives add to. */
    public final Matrix sum() {
        return new View(buffer(), rows, cols, transposed, true);
    }

    /** The elements of a backend that stores them as {@code double[]}; the array may be longer. */
    public final double[] doubles() {
        return (double[]) buffer().storage();
    }

    /** The elements of a backend that stores them as {@code float[]}; the array may be longer. */
    public final float[] floats() {
        return (float[]) buffer().storage();
    }

    /**
     * A buffer read as a matrix.
     *
     * @throws IllegalArgumentException unless the buffer has {@code rows · cols} elements
     */
    public static Matrix of(Buffer buffer, int rows, int cols) {
        if (buffer.length() != (long) rows * cols) {
            throw new IllegalArgumentException(buffer + " is not a " + rows + " × " + cols + " matrix");
        }
        return new View(buffer, rows, cols, false, false);
    }

    private static final class View extends Matrix {
        private final Buffer buffer;

        View(Buffer buffer, int rows, int cols, boolean transposed, boolean accumulate) {
            super(rows, cols, transposed, accumulate);
            this.buffer = buffer;
        }

        @Override
        public Buffer buffer() {
            return buffer;
        }

        @Override
        public String toString() {
            return buffer + " as [" + rows() + " × " + cols() + "]";
        }
    }
}
