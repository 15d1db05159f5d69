package chainrule.experiments.predict;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.data.ByteImages;
import chainrule.data.Preprocessing;
import chainrule.experiments.Cli;
import chainrule.experiments.MnistSlice;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.image.Pictures;
import chainrule.io.ModelFile;
import chainrule.layer.Dense;
import chainrule.layer.Flatten;
import chainrule.layer.Sequential;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Saved models whose outputs overflow for some images, from the command line to the exit status. */
class NotFiniteTest {
    private static final int IMAGES = 30;

    /** Pixels in the middle. With these weights a digit that covers two of them overflows. */
    private static final int[] MIDDLE = {28 * 13 + 14, 28 * 14 + 14, 28 * 15 + 14};

    private static final double LARGE = 3e38;

    @TempDir Path temporary;
    private Path model;
    private Path data;
    private ByteImages test;

    @BeforeEach
    void save() {
        data = MnistSlice.write(temporary.resolve("data"), IMAGES, IMAGES);
        test = Mnist.load(data).test();
        model = temporary.resolve("model.safetensors");
        try (Backend k = Backends.open("reference", 1).backend();
                Scope _ = k.openScope("test")) {
            Sequential net = Sequential.build(k, 1, Shape.of(28, 28, 1), new Flatten(), new Dense(10));
            double[] weight = new double[784 * 10];
            for (int pixel : MIDDLE) {
                weight[10 * pixel + 3] = LARGE;
            }
            k.upload(weight, net.parameter("dense1.weight").buffer());
            List<String> names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
            ModelFile.save(model, net, "mnist", names, Preprocessing.none(1));
        }
    }

    private boolean overflows(int image) {
        double sum = 0;
        for (int pixel : MIDDLE) {
            sum += LARGE * (test.pixels()[784 * image + pixel] & 0xFF) / 255;
        }
        return sum > Float.MAX_VALUE;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ejml", "simd"})
    void evaluateCountsImagesWithoutAnswerAndFails(String backend) {
        long unanswered = IntStream.range(0, IMAGES).filter(this::overflows).count();
        long right =
                IntStream.range(0, IMAGES)
                        .filter(i -> !overflows(i))
                        .filter(i -> test.label(i) == (touched(i) ? 3 : 0))
                        .count();
        assertThat(unanswered).isBetween(3L, IMAGES - 3L);
        Cli run = Cli.run("evaluate", "--model", model.toString(), "--data", data.toString(), "--backend", backend);
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.out())
                .contains(
                        String.format(
                                Locale.ROOT, "(%d of %d), no answer for %d of %d", right, IMAGES, unanswered, IMAGES))
                .contains("Class by class");
        assertThat(run.err())
                .isEqualTo(
                        String.format(
                                Locale.ROOT, "./run evaluate: no answer for %d of %d images%n", unanswered, IMAGES));
    }

    private boolean touched(int image) {
        return IntStream.of(MIDDLE).anyMatch(pixel -> test.pixels()[784 * image + pixel] != 0);
    }

    @Test
    void predictClassifiesTheOthersAndFails() {
        List<String> command = new ArrayList<>(List.of("predict", "--backend", "ejml", "--model", model.toString()));
        for (int i = 0; i < IMAGES; i++) {
            int from = 784 * i;
            Path file = temporary.resolve(i + ".png");
            Pictures.gray(file, 28, 28, (x, y) -> test.pixels()[from + 28 * y + x] & 0xFF);
            command.add(file.toString());
        }
        Cli run = Cli.run(command);
        long unanswered = IntStream.range(0, IMAGES).filter(this::overflows).count();
        assertThat(run.status()).isEqualTo(3);
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            assertThat(lines.get(i).contains(": no answer")).as(lines.get(i)).isEqualTo(overflows(i));
            assertThat(lines.get(i)).doesNotContain("NaN");
        }
        assertThat(run.err())
                .isEqualTo(
                        String.format(
                                Locale.ROOT, "./run predict: no answer for %d of %d images%n", unanswered, IMAGES));
    }

    /** One kind of failure does not hide the other. */
    @Test
    void predictNamesUnreadableFiles() {
        Path nowhere = temporary.resolve("nowhere.png");
        Path blank = Pictures.gray(temporary.resolve("bright.png"), 28, 28, (_, _) -> 255);
        Cli run = Cli.run("predict", "--model", model.toString(), nowhere.toString(), blank.toString());
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.err().lines()).hasSize(3);
        assertThat(run.err()).contains(nowhere.toString(), "bright.png is blank", "no answer for 1 of 2 images");
    }
}
