package chainrule.train;

import chainrule.data.Dataset;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import java.util.List;
import java.util.stream.IntStream;

/** Classes that a small net can learn: every class has a different range of bright pixels, with noise. */
record Blobs(int size, int pixels, int classes) implements Dataset {
    @Override
    public String name() {
        return "blobs";
    }

    @Override
    public Shape inputShape() {
        return Shape.of(pixels);
    }

    @Override
    public List<String> classNames() {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    @Override
    public void input(int index, float[] into, int offset) {
        RandomStream random = RandomStream.of(index, "blob");
        for (int i = 0; i < pixels; i++) {
            boolean bright = i * classes / pixels == label(index);
            into[offset + i] = (float) ((bright ? 0.6 : 0) + 0.4 * random.uniform(i));
        }
    }

    @Override
    public int label(int index) {
        return index % classes;
    }
}
