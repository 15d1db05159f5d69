package chainrule.backend;

import chainrule.backend.Memory.Buffer;

/**
 * Elements on a backend's device together with their shape: what primitives read and write. The elements are row-major,
 * {@code rows × cols}; {@link #T} reads the same elements as the transposed matrix. Every tensor is one, with its last
 * axis as columns and all other axes as rows, and a plain {@link Buffer} is a single row.
 */
public interface Matrix {
    /** The elements as they are stored. */
    Buffer buffer();

    /** Rows, as the formula sees them. */
    int rows();

    /** Columns, as the formula sees them. */
    int cols();

    /** The number of elements, {@code rows · cols}. */
    default int elements() {
        return rows() * cols();
    }

    /** True if the storage holds the transpose, {@code cols × rows}. Only {@link Backend#matmul} accepts such operands. */
    default boolean transposed() {
        return false;
    }

    /**
     * For a result whose formula says "+=": true if a primitive adds to the elements, false if it overwrites them, because
     * there is nothing to add to yet.
     */
    default boolean accumulate() {
        return false;
    }

    /** For a result without storage: allows it to take the storage of this operand, if the operand is not read again. */
    default void replace(Matrix operand) {}

    /** The transpose: a view of the same elements. */
    default Matrix T() {
        return new View(buffer(), cols(), rows(), !transposed(), false);
    }

    /** The same elements as a result that primitives add to. */
    default Matrix sum() {
        return new View(buffer(), rows(), cols(), transposed(), true);
    }

    /** The elements of a backend that stores them as {@code double[]}; the array may be longer. */
    default double[] doubles() {
        return (double[]) buffer().storage();
    }

    /** The elements of a backend that stores them as {@code float[]}; the array may be longer. */
    default float[] floats() {
        return (float[]) buffer().storage();
    }

    /**
     * A buffer read as a matrix.
     *
     * @throws IllegalArgumentException unless the buffer has {@code rows · cols} elements
     */
    static Matrix of(Buffer buffer, int rows, int cols) {
        if (buffer.length() != (long) rows * cols) {
            throw new IllegalArgumentException(buffer + " is not a " + rows + " × " + cols + " matrix");
        }
        return new View(buffer, rows, cols, false, false);
    }

    /** A matrix read from a buffer. */
    record View(Buffer buffer, int rows, int cols, boolean transposed, boolean accumulate) implements Matrix {
        @Override
        public String toString() {
            return buffer + " as [" + rows + " × " + cols + "]";
        }
    }
}
