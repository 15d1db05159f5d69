package chainrule.data;

import chainrule.tensor.Shape;

import java.util.List;
import java.util.stream.IntStream;

/** Labeled examples, read one at a time into the caller's array. Implementations are immutable. */
public interface Dataset {
    /** Returns the name to show: "MNIST test". */
    String name();

    /** Returns the number of examples. */
    int size();

    /** Returns the shape of one input. */
    Shape inputShape();

    /** Returns the names of the classes, in the order of their labels. */
    List<String> classNames();

    /** Returns the length of a target row: one element per class, or a single 0/1 element for two classes. */
    default int targetSize() {
        return classNames().size() == 2 ? 1 : classNames().size();
    }

    /** Copies input {@code index} to {@code into}, starting at {@code offset}. */
    void input(int index, float[] into, int offset);

    /** Returns the class of example {@code index}, counted from 0. */
    int label(int index);

    /** Returns all inputs in order, each in the same array: read or copy one before advancing to the next. */
    default Iterable<float[]> inputs() {
        return () -> {
            float[] into = new float[inputShape().elements()];
            return IntStream.range(0, size())
                    .mapToObj(
                            index -> {
                                input(index, into, 0);
                                return into;
                            })
                    .iterator();
        };
    }

    /** Returns the examples at these indices, in this order. */
    default Dataset subset(String name, int[] indices) {
        return new Subset(name, this, indices.clone());
    }

    /** Returns the first {@code count} examples. */
    default Dataset first(int count) {
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = i;
        }
        return subset(name(), indices);
    }
}
