package chainrule.data;

import chainrule.tensor.Shape;

import java.util.List;

/** Some examples of another data set, under new indices. */
record Subset(String name, Dataset whole, int[] indices) implements Dataset {
    Subset {
        for (int index : indices) {
            if (index < 0 || index >= whole.size()) {
                throw new IllegalArgumentException(
                        "example " + index + " of " + whole.name() + ", which has " + whole.size());
            }
        }
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public Shape inputShape() {
        return whole.inputShape();
    }

    @Override
    public List<String> classNames() {
        return whole.classNames();
    }

    @Override
    public void input(int index, float[] into, int offset) {
        whole.input(indices[index], into, offset);
    }

    @Override
    public int label(int index) {
        return whole.label(indices[index]);
    }
}
