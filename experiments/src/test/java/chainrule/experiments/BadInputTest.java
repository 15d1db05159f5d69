package chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Bad input gives one line with the option, the value found and the one expected, and status 2; it leaves no files. */
class BadInputTest {
    @TempDir static Path good;
    @TempDir Path temporary;

    @BeforeAll
    static void slice() {
        MnistSlice.write(good, 100, 50);
    }

    private void rejects(List<String> command, String... parts) {
        Cli run = Cli.run(command);
        assertThat(run.status()).as(run.err() + run.out()).isEqualTo(2);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).startsWith("./run").contains(parts).doesNotContain("Exception", "\tat ");
        assertThat(run.out()).isEmpty();
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    private List<String> command(String study, Path data, String... options) {
        List<String> command = new ArrayList<>(List.of(study, "--out", temporary.resolve("out").toString()));
        if (!Arrays.asList(options).contains("--backend")) {
            command.addAll(List.of("--backend", "ejml"));
        }
        command.addAll(List.of("--data", data.toString()));
        command.addAll(List.of(options));
        return command;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "depth --rate -0.1|--rate -0.1|expected a number above 0",
                "depth --rate 0|--rate 0.0|above 0",
                "depth --rate NaN|--rate NaN|above 0",
                "depth --rate Infinity|--rate Infinity|above 0",
                "depth --rate fast|--rate|'fast'",
                "depth --batch 0|--batch 0|expected at least 1",
                "depth --batch -5|--batch -5|expected at least 1",
                "depth --batch 101|--batch 101|at most the 100 training examples",
                "depth --batch many|--batch|'many'",
                "depth --batch 2.5|--batch|'2.5'",
                "depth --epochs 0|--epochs 0|at least 1",
                "depth --epochs -1|--epochs -1|at least 1",
                "depth --epochs 99999999999|--epochs|'99999999999'",
                "depth --seeds 0|--seeds 0|at least 1",
                "depth --seed one|--seed|'one'",
                "depth --threads 0|--threads 0|at least 1",
                "depth --threads -2|--threads -2|at least 1",
                "depth --depths 0|--depths 0|at least 1",
                "depth --depths 5,-1|--depths -1|at least 1",
                "depth --depths 5,,20|--depths|''",
                "depth --depths deep|--depths|'deep'",
                "depth --depths=|--depths|''",
                "depth --depths ,|--depths|at least one",
                "depth --width 0|--width 0|at least 1",
                "depth --activations swish|'swish'|relu, leaky-relu, tanh, sigmoid, lecun",
                "depth --activations tanh,swish|'swish'|expected one of",
                "depth --activations=|activation ''|expected one of",
                "depth --activations ,|--activations|at least one",
                "depth --init magic|'magic'|glorot-uniform",
                "depth --backend abacus|'abacus'|reference",
                "depth --checkpoint-every 0|--checkpoint-every 0|a number of steps, or never",
                "depth --checkpoint-every 5d|--checkpoint-every 5d|a time such as 30s, 5m or 2h",
                "depth --checkpoint-every -1|--checkpoint-every -1|expected a time",
                "depth --clip-norm 0|--clip-norm 0.0|above 0",
                "depth --clip-norm NaN|--clip-norm NaN|above 0",
                "depth --layers 3|unknown option '--layers'; see|--help",
                "depth --epoch 1|unknown option '--epoch'; did you mean '--epochs'? See ./run depth --help|--help",
                "depth --Epoch=1|unknown option '--Epoch'; did you mean '--epochs'?|--help",
                "depth --epohcs 1|unknown option '--epohcs'; did you mean '--epochs'?|--help",
                "depth --lr .1|unknown option '--lr'; did you mean '--rate'?|--help",
                "lecun --gradients 3|unknown option '--gradients'; did you mean '--gradients-after'?|--help",
                "activations --lr .1|unknown option '--lr'; see|--help",
                "depth extra|unexpected argument 'extra'|--help",
                "depth --rate fast|--rate 'fast': expected a number|--help",
                "depth --epochs 2.5|--epochs '2.5': expected a whole number|--help",
                "depth --epochs 3000000000|--epochs '3000000000': expected a whole number from|to 2147483647",
                "depth --seed 9223372036854775808|expected a whole number from|to 9223372036854775807",
                "depth --depths 5,x|--depths 'x': expected a whole number|--help",
                "mask --split faces|--split 'faces': expected one of face, image|--help",
                "depth --threads 100000000|--threads 100000000: expected at most|for each of the",
                "depth --threads 2147483647|--threads 2147483647: expected at most|for each of the",
                "depth --depths 5,5|--depths names 5 twice|",
                "depth --depths 5,20,5|--depths names 5 twice|",
                "depth --activations relu,ReLU|--activations names relu twice|",
                "depth --activations leaky-relu,leaky_relu|--activations names leaky-relu twice|",
                "gradients --activations tanh,tanh|--activations names tanh twice|",
                "gradients --depths 2,2|--depths names 2 twice|",
                "lecun --depths 2,2|--depths names 2 twice|",
                "activations --activations tanh,TANH|--activations names tanh twice|",
                "mask --split face,face|--split names face twice|",
                "mnist-adversarial --samples 1,2,1|--samples names 1 twice|",
                "mnist-adversarial --classes 1,1|--classes names 1 twice|",
                "depth --seed 9223372036854775807 --seeds 2|--seed 9223372036854775807 with --seeds 2|at most"
                        + " 9223372036854775806",
                "depth --seed 9223372036854775800 --seeds 9|--seed|at most 9223372036854775799",
                "mask --seed 9223372036854775807|--seed 9223372036854775807 with --seeds 5|at most"
                        + " 9223372036854775803",
                "mask --seed 9223372036854775807 --seeds 1 --choose 2|with --choose 2|at most 9223372036854775806",
                "depth --rate|--rate|--help",
                "gradients --batch 101|--batch 101|at most the 100 training examples",
                "gradients --epochs 0|--epochs 0|at least 1",
                "gradients --activations swish|'swish'|expected one of",
                "gradients --activations ,|--activations|at least one",
                "gradients --rate -1|--rate -1|above 0",
                "lecun --batch 91|--batch 91|at most the 90 training examples",
                "lecun --epochs 0|--epochs 0|at least 1",
                "lecun --epochs 2 --gradients-after 3|--gradients-after 3|at most the 2 epochs",
                "lecun --gradients-after 0|--gradients-after 0|at least 1",
                "lecun --depths ,|--depths|at least one",
                "activations --activations swish|'swish'|expected one of",
                "activations --activations ,|--activations|at least one",
                "activations --threads 0|--threads 0|at least 1",
                "activations --backend abacus|'abacus'|reference",
            })
    void rejectsBadOptions(String command, String found, String expected) {
        String[] words = command.split(" ");
        String also = expected == null ? "" : expected;
        rejects(command(words[0], good, Arrays.copyOfRange(words, 1, words.length)), found, also);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "explain --depth 0|--depth 0|at least 1",
                "explain --batch 0|--batch 0|at least 1",
                "explain --activation swish|'swish'|expected one of",
                "explain --depth many|--depth|'many'",
                "explain --batch 2000000000|2000000000|2³¹",
                "explain --backend ejml|--backend|--help",
                "list everything|'everything'|--help",
                "dept|unknown study 'dept'; did you mean 'depth'?|./run list",
                "depht --epochs 1|unknown study 'depht'; did you mean 'depth'?|./run list",
                "help depht|unknown study 'depht'; did you mean 'depth'?|./run list",
                "depht --help|unknown study 'depht'; did you mean 'depth'?|./run list",
                "mnist|did you mean 'mnist-|./run list",
                "zebra|unknown study 'zebra'; ./run list|./run list",
                "--layers|'--layers'|./run list",
                "evaluate --model none --threads 100000|--threads 100000: expected at most|processors",
                "replay none --threads 100000|--threads 100000: expected at most|processors",
            })
    void rejectsBadCommands(String command, String found, String expected) {
        rejects(List.of(command.split(" ")), found, expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"depth", "gradients", "lecun", "activations"})
    void rejectsAnImpossibleOutputDirectory(String study) throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "in the way");
        for (Path out : List.of(file, file.resolve("below"))) {
            List<String> command = new ArrayList<>(command(study, good));
            command.set(2, out.toString());
            rejects(command, "cannot write to the output directory", out.toString());
            assertThat(file).hasContent("in the way");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                MnistSlice.TRAIN_IMAGES,
                MnistSlice.TRAIN_LABELS,
                MnistSlice.TEST_IMAGES,
                MnistSlice.TEST_LABELS
            })
    void rejectsMissingAndDamagedDataFiles(String name) throws IOException {
        Path data = MnistSlice.write(temporary.resolve("data"), 20, 20);
        Path file = data.resolve(name);
        byte[] intact = Files.readAllBytes(file);
        Files.delete(file);
        rejects(command("depth", data), file.toString(), "missing");
        Files.write(file, Arrays.copyOf(intact, intact.length / 2));
        rejects(command("gradients", data), file.toString(), "truncated");
        Files.writeString(file, "<html>404 not found</html>");
        rejects(command("lecun", data), file.toString(), "magic number");
        Files.write(file, new byte[0]);
        rejects(command("depth", data), file.toString());
        byte[] flipped = intact.clone();
        flipped[flipped.length / 2] ^= 0x10;
        Files.write(file, flipped);
        rejects(command("depth", data), file.toString());
    }

    @Test
    void rejectsMislabeledDataFiles() throws IOException {
        Path data = MnistSlice.write(temporary.resolve("data"), 20, 20);
        Path images = data.resolve(MnistSlice.TRAIN_IMAGES);
        Files.copy(data.resolve(MnistSlice.TRAIN_LABELS), images, StandardCopyOption.REPLACE_EXISTING);
        rejects(command("depth", data), images.toString(), "2049, expected 2051", "it contains labels");
    }

    @Test
    void rejectsDifferentCounts() throws IOException {
        Path data = MnistSlice.write(temporary.resolve("data"), 20, 20);
        Path other = MnistSlice.write(temporary.resolve("other"), 21, 21);
        Path labels = data.resolve(MnistSlice.TEST_LABELS);
        Files.copy(other.resolve(MnistSlice.TEST_LABELS), labels, StandardCopyOption.REPLACE_EXISTING);
        rejects(command("depth", data), "20 images", labels.toString(), "21 labels");
    }

    @Test
    void rejectsAMissingFolder() {
        rejects(command("depth", temporary.resolve("nowhere")), temporary.resolve("nowhere").toString(), "missing");
    }

    /** A tenth of nine images is less than one. */
    @Test
    void rejectsTooFewImagesForValidation() {
        Path data = MnistSlice.write(temporary.resolve("data"), 9, 9);
        rejects(command("lecun", data, "--batch", "4"), "9", "at least 10");
    }

    @Test
    void leavesNoOtherFilesInTheFolder() throws IOException {
        rejects(command("depth", good, "--rate", "-1"), "--rate");
        try (Stream<Path> files = Files.list(temporary)) {
            assertThat(files).isEmpty();
        }
    }
}
