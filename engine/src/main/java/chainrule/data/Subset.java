package chainrule.data;

import chainrule.tensor.Shape;

import java.util.List;

/** A view of some examples of another data set, with new indices. */
record Subset(String name, Dataset source, int[] indices) implements Dataset {
    Subset {
        for (int index : indices) {
            if (index < 0 || index >= source.size()) {
                throw new IllegalArgumentException(
                        "example " + index + " of " + source.name() + ", which has " + source.size());
            }
        }
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public Shape inputShape() {
        return source.inputShape();
    }

    @Override
    public List<String> classNames() {
        return source.classNames();
    }

    @Override
    public void input(int index, float[] into, int offset) {
        source.input(indices[index], into, offset);
    }

    @Override
    public int label(int index) {
        return source.label(indices[index]);
    }
}
