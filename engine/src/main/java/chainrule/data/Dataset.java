package chainrule.data;

import chainrule.tensor.Shape;

import java.util.List;

/** Labelled examples, read one at a time into the caller's array. Implementations are immutable. */
public interface Dataset {
    /** What people call it: "MNIST test". */
    String name();

    /** How many examples. */
    int size();

    /** The shape of one input. */
    Shape inputShape();

    /** The classes' names, in the order of their labels. */
    List<String> classNames();

    /** The length of a target row: one per class, or a single 0/1 number where there are just two classes. */
    default int targetSize() {
        return classNames().size() == 2 ? 1 : classNames().size();
    }

    /** Copies input {@code index} to {@code into}, starting at {@code offset}. */
    void input(int index, float[] into, int offset);

    /** The class of example {@code index}, from 0. */
    int label(int index);

    /** The examples at these indices, in this order. */
    default Dataset subset(String name, int[] indices) {
        return new Subset(name, this, indices.clone());
    }

    /** The first {@code count} examples. */
    default Dataset first(int count) {
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = i;
        }
        return subset(name(), indices);
    }
}
