package chainrule.data;

import chainrule.tensor.Shape;

import java.util.Arrays;
import java.util.List;

/**
 * Standardizes images channel by channel: x = (byte/255 − mean) / deviation.
 *
 * @param mean per channel, in [0, 1]
 * @param deviation the standard deviation per channel, above 0
 */
public record Preprocessing(List<Float> mean, List<Float> deviation) {
    public Preprocessing {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.size() != deviation.size() || mean.isEmpty()) {
            throw new IllegalArgumentException(
                    "preprocessing: "
                            + mean.size()
                            + " means and "
                            + deviation.size()
                            + " deviations, expected one of each per channel");
        }
        if (!deviation.stream().allMatch(d -> d > 0 && Float.isFinite(d)) || !mean.stream().allMatch(Float::isFinite)) {
            throw new IllegalArgumentException(
                    "preprocessing: means " + mean + " must be finite and deviations " + deviation + " above 0");
        }
    }

    /** Returns a preprocessing that leaves byte/255 unchanged. */
    public static Preprocessing none(int channels) {
        Float[] zeros = new Float[channels];
        Float[] ones = new Float[channels];
        Arrays.fill(zeros, 0f);
        Arrays.fill(ones, 1f);
        return new Preprocessing(List.of(zeros), List.of(ones));
    }

    /**
     * Returns the mean and standard deviation of every channel over a whole data set, whose last axis is the channel. A
     * constant channel gets exactly its value as mean, and the deviation 1.
     */
    public static Preprocessing of(Dataset data) {
        Shape shape = data.inputShape();
        int channels = shape.size(-1);
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        float[] least = new float[channels];
        float[] largest = new float[channels];
        Arrays.fill(least, Float.POSITIVE_INFINITY);
        Arrays.fill(largest, Float.NEGATIVE_INFINITY);
        for (float[] image : data.inputs()) {
            for (int j = 0; j < image.length; j++) {
                least[j % channels] = Math.min(least[j % channels], image[j]);
                largest[j % channels] = Math.max(largest[j % channels], image[j]);
                sum[j % channels] += image[j];
                squares[j % channels] += (double) image[j] * image[j];
            }
        }
        double count = (double) data.size() * shape.elements() / channels;
        Float[] mean = new Float[channels];
        Float[] deviation = new Float[channels];
        for (int c = 0; c < channels; c++) {
            double mu = sum[c] / count;
            boolean constant = least[c] == largest[c];
            mean[c] = constant ? least[c] : (float) mu;
            deviation[c] = constant ? 1 : (float) Math.sqrt(Math.max(1e-12, squares[c] / count - mu * mu));
        }
        return new Preprocessing(List.of(mean), List.of(deviation));
    }

    /** Standardizes one image of bytes/255 in place. */
    public void apply(float[] image, int offset, int length) {
        int channels = mean.size();
        for (int c = 0; c < channels; c++) {
            float m = mean.get(c);
            float d = deviation.get(c);
            for (int i = offset + c; i < offset + length; i += channels) {
                image[i] = (image[i] - m) / d;
            }
        }
    }

    /** Returns a view of the data set whose inputs are standardized. */
    public Dataset applied(Dataset data) {
        if (data.inputShape().size(-1) != mean.size()) {
            throw new IllegalArgumentException(
                    "preprocessing for "
                            + mean.size()
                            + " channels does not fit "
                            + data.name()
                            + " of shape "
                            + data.inputShape());
        }
        return new Preprocessed(data, this);
    }

    private record Preprocessed(Dataset raw, Preprocessing preprocessing) implements Dataset {
        @Override
        public String name() {
            return raw.name();
        }

        @Override
        public int size() {
            return raw.size();
        }

        @Override
        public Shape inputShape() {
            return raw.inputShape();
        }

        @Override
        public List<String> classNames() {
            return raw.classNames();
        }

        @Override
        public void input(int index, float[] into, int offset) {
            raw.input(index, into, offset);
            preprocessing.apply(into, offset, raw.inputShape().elements());
        }

        @Override
        public int label(int index) {
            return raw.label(index);
        }
    }
}
