package chainrule.experiments.conv;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.Cli;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.image.Pictures;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;

/** The commands for saved models, from the command line to the predictions. */
class SavedModelTest extends SmallNet {
    @ParameterizedTest
    @ValueSource(strings = {"mnist-adversarial", "evaluate", "predict", "explain"})
    void rejectsUnreadableModels(String command) throws IOException {
        byte[] intact = Files.readAllBytes(model);
        Path file = temporary.resolve("bad.safetensors");
        List<String> line = new ArrayList<>(List.of(command, "--model", file.toString()));
        switch (command) {
            case "mnist-adversarial" -> line.addAll(List.of("--out", temporary.resolve("out").toString()));
            case "predict" -> line.add(Pictures.gray(temporary.resolve("gray.png"), 28, 28, (_, _) -> 0).toString());
            default -> {}
        }
        assertRejected(Cli.run(line), file.toString());
        Files.write(file, Arrays.copyOf(intact, intact.length / 2));
        assertRejected(Cli.run(line), file.toString(), "not a valid");
        Files.writeString(file, "a text of more than eight bytes");
        assertRejected(Cli.run(line), file.toString(), "not a valid");
        String text = new String(intact, java.nio.charset.StandardCharsets.ISO_8859_1);
        Files.write(
                file,
                text.replace("\"dense2.bias\"", "\"dense9.bias\"")
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertRejected(Cli.run(line), file.toString(), "lacks the tensor 'dense2.bias'");
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    /** The levels of the first test image. */
    private static IntBinaryOperator ink() {
        byte[] pixels = Mnist.load(data).test().pixels();
        return (x, y) -> pixels[28 * y + x] & 0xFF;
    }

    private Cli predict(String options, Path... images) {
        List<String> command = new ArrayList<>(List.of("predict", "--backend", "ejml", "--model", model.toString()));
        if (!options.isEmpty()) {
            command.add(options);
        }
        Arrays.stream(images).map(Path::toString).forEach(command::add);
        return Cli.run(command);
    }

    private static String answer(String line) {
        return line.substring(line.indexOf(": ") + 2);
    }

    /** One test image in many formats has one prediction. */
    @Test
    void predictsPicturesOfAnyFormat() {
        IntBinaryOperator ink = ink();
        int[] pixels = new int[784];
        Arrays.setAll(pixels, i -> ink.applyAsInt(i % 28, i / 28));
        Path gray = Pictures.gray(temporary.resolve("gray.png"), 28, 28, (x, y) -> pixels[28 * y + x]);
        Path rgb =
                Pictures.write(
                        temporary.resolve("rgb.png"),
                        "png",
                        BufferedImage.TYPE_INT_RGB,
                        28,
                        28,
                        (x, y) -> 0x010101 * pixels[28 * y + x]);
        Path alpha =
                Pictures.write(
                        temporary.resolve("alpha.png"),
                        "png",
                        BufferedImage.TYPE_INT_ARGB,
                        28,
                        28,
                        (x, y) -> (pixels[28 * y + x] == 0 ? 0 : 0xFF000000) | 0x010101 * pixels[28 * y + x]);
        Path large = Pictures.gray(temporary.resolve("large.png"), 84, 84, (x, y) -> pixels[28 * (y / 3) + x / 3]);
        Path jpeg =
                Pictures.write(
                        temporary.resolve("digit.jpg"),
                        "jpg",
                        BufferedImage.TYPE_INT_RGB,
                        280,
                        280,
                        (x, y) -> 0x010101 * pixels[28 * (y / 10) + x / 10]);
        Path paper = Pictures.gray(temporary.resolve("paper.png"), 28, 28, (x, y) -> 255 - pixels[28 * y + x]);
        Cli run = predict("--background=black", gray, rgb, alpha, large, jpeg, paper);
        assertThat(run.status()).as(run.err()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.getFirst())
                .startsWith(gray + ": ")
                .matches(".*: \\d \\([0-9.]+ %\\), then \\d \\(.*%\\), \\d .*");
        assertThat(answer(lines.get(1))).isEqualTo(answer(lines.get(0)));
        assertThat(answer(lines.get(2))).isEqualTo(answer(lines.get(0)));
        assertThat(answer(lines.get(3)).charAt(0)).isEqualTo(answer(lines.get(0)).charAt(0));
        assertThat(answer(lines.get(4)).charAt(0)).isEqualTo(answer(lines.get(0)).charAt(0));
        assertThat(answer(lines.get(5))).isNotEqualTo(answer(lines.get(0)));
        assertThat(answer(predict("--invert", paper).out())).isEqualTo(answer(lines.get(0)) + System.lineSeparator());
    }

    /** Black ink on a transparent canvas, as drawing programs save it, counts as ink on white paper. */
    @Test
    void readsInkOnATransparentCanvas() {
        IntBinaryOperator ink = ink();
        Path paper = Pictures.gray(temporary.resolve("paper.png"), 28, 28, (x, y) -> 255 - ink.applyAsInt(x, y));
        Path canvas =
                Pictures.write(
                        temporary.resolve("canvas.png"),
                        "png",
                        BufferedImage.TYPE_INT_ARGB,
                        28,
                        28,
                        (x, y) -> ink.applyAsInt(x, y) << 24);
        Cli run = predict("--invert", paper, canvas);
        assertThat(run.err()).isEmpty();
        List<String> lines = run.out().lines().toList();
        assertThat(answer(lines.get(1))).isEqualTo(answer(lines.get(0)));
        Cli black = predict("--background=black", canvas);
        assertThat(black.status()).isZero();
        assertThat(black.err()).contains("warning: " + canvas + " is blank", "--background white");
    }

    @Test
    void warnsOfBlankPicturesAndOfDarkInkOnPaper() {
        Path blank = Pictures.gray(temporary.resolve("blank.png"), 50, 50, (_, _) -> 40);
        IntBinaryOperator ink = ink();
        Path paper = Pictures.gray(temporary.resolve("paper.png"), 28, 28, (x, y) -> 255 - ink.applyAsInt(x, y));
        assertThat(predict("", blank).err()).contains("warning: " + blank + " is blank", "--background black");
        assertThat(predict("", paper).err()).contains("warning: " + paper + " is mostly light", "use --invert");
        assertThat(predict("--invert", paper).err()).isEmpty();
    }

    @Test
    void rotatesPhotosUprightBeforePredicting() throws IOException {
        IntBinaryOperator ink = ink();
        Path upright =
                Pictures.write(
                        temporary.resolve("upright.jpg"),
                        "jpg",
                        BufferedImage.TYPE_BYTE_GRAY,
                        280,
                        280,
                        (x, y) -> 0x010101 * ink.applyAsInt(x / 10, y / 10));
        Path onItsSide =
                Pictures.write(
                        temporary.resolve("side.jpg"),
                        "jpg",
                        BufferedImage.TYPE_BYTE_GRAY,
                        280,
                        280,
                        (x, y) -> 0x010101 * ink.applyAsInt((279 - y) / 10, x / 10)); // its first row is at the right
        Files.write(onItsSide, Pictures.withOrientation(Files.readAllBytes(onItsSide), 6));
        List<String> lines = predict("", upright, onItsSide).out().lines().toList();
        assertThat(answer(lines.get(1))).isEqualTo(answer(lines.get(0)));
    }

    /** The predictions of predict match the confusion matrix of the study. */
    @Test
    void predictionsAddUpToTheTestAccuracy() {
        Path[] files = new Path[100];
        byte[] test = Mnist.load(data).test().pixels();
        for (int i = 0; i < 100; i++) {
            int from = 784 * i;
            files[i] = Pictures.gray(temporary.resolve(i + ".png"), 28, 28, (x, y) -> test[from + 28 * y + x] & 0xFF);
        }
        List<String> lines = predict("", files).out().lines().toList();
        int right = 0;
        for (int i = 0; i < 100; i++) {
            right += answer(lines.get(i)).charAt(0) - '0' == Mnist.load(data).test().label(i) ? 1 : 0;
        }
        assertThat(right).isEqualTo((int) Math.round(100 * results.get("testAccuracy").getAsDouble()));
    }

    @Test
    void namesFilesThatAreNoPicturesAndPredictsTheOthers() throws IOException {
        Path good = Pictures.gray(temporary.resolve("good.png"), 28, 28, (x, y) -> x * y % 256);
        byte[] intact = Files.readAllBytes(good);
        Path cut = Files.write(temporary.resolve("cut.png"), Arrays.copyOf(intact, intact.length / 2));
        Path text = Files.writeString(temporary.resolve("text.png"), "no picture");
        Path nowhere = temporary.resolve("nowhere.png");
        Path huge = Pictures.claiming(temporary.resolve("huge.png"), 30_000, 30_000);
        for (Path bad : new Path[] {cut, text, nowhere, huge, temporary}) {
            Cli run = predict("", good, bad, good);
            assertRejected(run, bad.toString());
            assertThat(run.out().lines()).hasSize(2).allMatch(line -> line.startsWith(good + ": "));
        }
        Cli two = predict("", text, good, nowhere);
        assertThat(two.status()).isEqualTo(2);
        assertThat(two.err().lines()).hasSize(2);
        assertThat(two.out().lines()).hasSize(1);
        assertRejected(predict(""), "IMAGE");
    }
}
