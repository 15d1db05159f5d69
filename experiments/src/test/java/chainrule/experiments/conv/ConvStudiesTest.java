package chainrule.experiments.conv;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.Cli;
import chainrule.experiments.MnistSlice;
import chainrule.io.ModelFile;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
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
import java.util.Locale;
import java.util.stream.Stream;

/** The convolutional studies from the command line to the files, on a few images. */
class ConvStudiesTest extends SmallNet {
    @Test
    void trainsReportsAndSavesTheNet() throws IOException {
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(trained.err()).isEmpty();
        assertThat(trained.out())
                .startsWith("chainrule mnist-cnn")
                .contains("conv3", "batchnorm3", "trainable", "test");
        assertThat(names(model.getParent()))
                .containsExactly(
                        "accuracy.png",
                        "confusion.png",
                        "loss.png",
                        "mistakes.png",
                        "model.safetensors",
                        "report.html",
                        "results.json");
        assertThat(results.keySet())
                .contains("parameters", "testAccuracy", "testLoss", "testMistakes", "bestEpoch", "confusion", "epochs");
        double accuracy = results.get("testAccuracy").getAsDouble();
        assertThat(accuracy).isBetween(0.3, 0.98);
        assertThat(results.get("testMistakes").getAsInt()).isEqualTo((int) Math.round(100 * (1 - accuracy)));
        int all = 0;
        int right = 0;
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 10; j++) {
                int count = results.getAsJsonArray("confusion").get(i).getAsJsonArray().get(j).getAsInt();
                all += count;
                right += i == j ? count : 0;
            }
        }
        assertThat(all).isEqualTo(100);
        assertThat(right).isEqualTo((int) Math.round(100 * accuracy));
        double best = results.getAsJsonObject("bestEpoch").getAsJsonObject("validation").get("accuracy").getAsDouble();
        for (JsonElement epoch : results.getAsJsonArray("epochs")) {
            double its = epoch.getAsJsonObject().getAsJsonObject("validation").get("accuracy").getAsDouble();
            assertThat(its).isLessThanOrEqualTo(best);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void evaluatesTheSavedModelToTheSameMetrics(int threads) {
        Cli run =
                Cli.run(
                        String.format(
                                        Locale.ROOT,
                                        "evaluate --backend ejml --threads %d --model %s --data %s",
                                        threads,
                                        model,
                                        data)
                                .split(" "));
        assertThat(run.status()).as(run.err()).isZero();
        double accuracy = results.get("testAccuracy").getAsDouble();
        assertThat(run.out())
                .contains(
                        String.format(
                                Locale.ROOT,
                                "test accuracy %.4f (%d of 100), loss %.4f",
                                accuracy,
                                Math.round(100 * accuracy),
                                results.get("testLoss").getAsDouble()));
    }

    @Test
    void explainPrintsTheTapeOfTheSavedNet() {
        Cli run = Cli.run("explain", "--model", model.toString(), "--batch", "3");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "conv3", "batchnorm1", "maxpool3", "flatten1", "dense2", "[3 × 28 × 28 × 1]", "backward pass");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|warm-up and cosine over 1 epochs, batch 16, rotation ≤ 10°, shift ≤ 2 pixels, batch norm, dropout"
                        + " 0.3, label smoothing 0.05",
                "--no-augment|warm-up and cosine over 1 epochs, batch 16, batch norm, dropout 0.3, label smoothing"
                        + " 0.05",
                "--augment --no-batch-norm|cosine over 1 epochs, batch 16, rotation ≤ 10°, shift ≤ 2 pixels, dropout"
                        + " 0.3, label smoothing 0.05",
                "--no-schedule --dropout 0|Adam 0.002, batch 16, rotation ≤ 10°, shift ≤ 2 pixels, batch norm, label"
                        + " smoothing 0.05",
                "--no-augment --no-batch-norm --no-schedule --dropout 0 --smoothing 0|Adam 0.002, batch 16",
            })
    void everyFlagTakesEffect(String flags, String recipe) throws IOException {
        String[] more = flags.isEmpty() ? new String[0] : flags.split(" ");
        Cli run = run("mnist-cnn", temporary, Stream.of(SMALL, more).flatMap(Arrays::stream).toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(json(temporary).getAsJsonObject("configuration").get("recipe").getAsString()).endsWith(recipe);
        String layers = ModelFile.read(temporary.resolve("model.safetensors")).layers().toString();
        assertThat(layers.contains("BatchNorm")).isEqualTo(recipe.contains("batch norm"));
        assertThat(layers.contains("Dropout")).isEqualTo(recipe.contains("dropout"));
    }

    @Test
    void trainingStopsAboveTheTarget() throws IOException {
        String options = "--filters 2,2,2 --validation 20 --batch 16 --epochs 3 --target";
        assertThat(run("mnist-cnn", temporary.resolve("low"), (options + " 0").split(" ")).status()).isZero();
        assertThat(run("mnist-cnn", temporary.resolve("high"), (options + " 1").split(" ")).status()).isZero();
        assertThat(json(temporary.resolve("high")).getAsJsonArray("epochs")).hasSize(3);
        JsonObject low = json(temporary.resolve("low"));
        assertThat(low.getAsJsonArray("epochs")).hasSizeLessThan(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--epochs 0|--epochs 0|at least 1",
                "--rate 0|--rate 0.0|above 0",
                "--rate NaN|--rate NaN|above 0",
                "--batch 0 --validation 40|--batch 0|at least 1",
                "--batch 361 --validation 40|--batch 361|at most the 360 training examples",
                "--validation 0|--validation 0|at least 1",
                "--validation 400|--validation 400|fewer than the 400 training images",
                "--filters 0,2,2 --validation 40|filters|at least 1",
                "--filters ,|--filters|at least one",
                "--filters two|--filters|'two'",
                "--filters 2,2,2,2,2 --validation 20 --batch 16|maxpool5|layer 20",
                "--dropout -0.1|--dropout -0.1|at least 0 and below 1",
                "--dropout 1|--dropout 1.0|at least 0 and below 1",
                "--dropout NaN|--dropout NaN|at least 0 and below 1",
                "--smoothing 1|--smoothing 1.0|at least 0 and below 1",
                "--smoothing -1|--smoothing -1.0|at least 0 and below 1",
                "--target NaN|--target NaN|from 0 to 1",
                "--target 99.3|--target 99.3|from 0 to 1",
                "--threads 0 --validation 40|--threads 0|at least 1",
                "--augment=maybe|'maybe'|--help",
            })
    void rejectsBadOptionsOfTheNet(String options, String found, String expected) {
        assertRejected(run("mnist-cnn", temporary.resolve("deep/out"), options.split(" ")), found, expected);
        assertThat(temporary.resolve("deep")).doesNotExist();
    }

    @Test
    void divergenceInTheFirstEpochEndsWithStatusThree() {
        Cli run =
                run(
                        "mnist-cnn",
                        temporary.resolve("out"),
                        "--filters 2 --validation 20 --batch 16 --rate 1e38 --no-batch-norm --no-schedule".split(" "));
        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).contains("diverged before the first epoch ended", "NaN or infinite in epoch 1");
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    @Test
    void reportsAnUnwritableModelInOneLine() throws IOException {
        Path inTheWay = Files.createDirectories(temporary.resolve("model.safetensors/child"));
        assertRejected(run("mnist-cnn", temporary, SMALL), "cannot write " + inTheWay.getParent());
        assertThat(names(temporary)).containsExactly("checkpoints", "model.safetensors"); // the trained net is kept
    }

    private Cli attack(Path out, String... options) {
        List<String> command = new ArrayList<>(List.of("mnist-adversarial", "--model", model.toString()));
        command.addAll(List.of("--out", out.toString(), "--data", data.toString()));
        command.addAll(List.of(options));
        if (!command.contains("--steps")) {
            command.addAll(List.of("--steps", "3"));
        }
        if (!command.contains("--backend")) {
            command.addAll(List.of("--backend", "ejml"));
        }
        return Cli.run(command);
    }

    @Test
    void adversarialExamplesDoNotDependOnTheNumberOfThreads() throws IOException {
        Path first = temporary.resolve("first");
        Path second = temporary.resolve("second");
        Path other = temporary.resolve("other");
        String[] pairs = {"--samples", "0,1", "--classes", "0,1,7"};
        Cli run =
                attack(first, Stream.concat(Arrays.stream(pairs), Stream.of("--threads", "1")).toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("0: reproduced", "0 → target 7: predicted", "1 → target 1: predicted");
        assertThat(names(first))
                .containsExactly("adversarial-0.png", "adversarial-1.png", "report.html", "results.json");
        assertThat(attack(second, pairs).status()).isZero();
        for (String file : List.of("adversarial-0.png", "adversarial-1.png")) {
            assertThat(second.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
        }
        assertThat(json(second).get("all")).isEqualTo(json(first).get("all"));
        JsonObject results = json(first);
        assertThat(results.get("pairs").getAsInt()).as("without 0 → 0 and 1 → 1").isEqualTo(4);
        assertThat(results.getAsJsonArray("all")).hasSize(6);
        JsonObject pair = results.getAsJsonArray("all").get(2).getAsJsonObject();
        assertThat(pair.keySet())
                .containsExactly(
                        "original",
                        "sample",
                        "target",
                        "predicted",
                        "confidence",
                        "predictedAfterRounding",
                        "confidenceAfterRounding",
                        "meanSquaredError",
                        "l2",
                        "largestChange",
                        "ssim");
        assertThat(pair.get("sample").getAsInt()).isZero();
        assertThat(pair.get("target").getAsInt()).isEqualTo(7);
        double error = pair.get("meanSquaredError").getAsDouble();
        double length = pair.get("l2").getAsDouble();
        assertThat(length * length / 784).isBetween(0.999 * error, 1.001 * error);
        assertThat(
                        attack(
                                        other,
                                        Stream.concat(Arrays.stream(pairs), Stream.of("--seed", "9"))
                                                .toArray(String[]::new))
                                .status())
                .isZero();
        assertThat(json(other).get("all")).isNotEqualTo(results.get("all"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--steps 0|--steps 0|at least 1",
                "--lambda -1|--lambda -1.0|above 0",
                "--lambda NaN|--lambda NaN|above 0",
                "--confidence 1.5|--confidence 1.5|from 0 to 1",
                "--confidence NaN|--confidence NaN|from 0 to 1",
                "--samples 10|--samples 10|digits from 0 to 9",
                "--samples ,|--samples|at least one",
                "--classes -1|--classes -1|digits from 0 to 9",
                "--classes ,|--classes|at least one",
                "--classes seven|--classes|'seven'",
                "--backend abacus|'abacus'|reference",
            })
    void rejectsBadOptionsOfAttacks(String options, String found, String expected) {
        assertRejected(attack(temporary.resolve("out"), options.split(" ")), found, expected);
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    @Test
    void rewritesTheReportFromResultsModelAndImages() throws IOException {
        Path copy = Files.createDirectories(temporary.resolve("copy"));
        for (String file : List.of("results.json", "model.safetensors")) {
            Files.copy(model.resolveSibling(file), copy.resolve(file));
        }
        Cli again = Cli.run("report", "--data", data.toString(), copy.toString());
        assertThat(again.status()).as(again.err()).isZero();
        for (String file : List.of("report.html", "mistakes.png", "accuracy.png")) {
            assertThat(copy.resolve(file)).hasSameBinaryContentAs(model.resolveSibling(file));
        }
        assertThat(again.out()).contains(copy.resolve("report.html").toString());
    }

    /** A report must not combine the pictures of one net with the results of another. */
    @Test
    void rejectsTheReportOfAnotherModel() throws IOException {
        Path other = temporary.resolve("other");
        assertThat(run("mnist-cnn", other, SMALL).status()).isZero();
        Files.copy(model, other.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
        byte[] before = Files.readAllBytes(other.resolve("report.html"));
        assertRejected(
                Cli.run("report", "--data", data.toString(), other.toString()),
                "test images correctly, but results.json says",
                "another model");
        assertThat(Files.readAllBytes(other.resolve("report.html"))).isEqualTo(before);
    }

    @Test
    void rejectsADigitThatIsNeverPredictedCorrectly() {
        data = MnistSlice.write(temporary.resolve("data"), 10, 1); // the one test image is a 7
        try {
            assertRejected(
                    attack(temporary.resolve("out"), "--samples", "3"), "none of the first 1 test images is a 3");
            assertThat(temporary.resolve("out")).doesNotExist();
        } finally {
            data = shared.resolve("data");
        }
    }

    /** The model file cannot hold examples of this size, which must be detected before training. */
    @Test
    void rejectsUnreadableModelsBeforeTraining() {
        Path out = temporary.resolve("large");
        Cli run = run("mnist-cnn", out, "--filters", "100000,1,1", "--validation", "20", "--batch", "1");
        assertRejected(run, out.resolve("model.safetensors").toString(), "78,400,000");
        assertThat(out).doesNotExist();
    }
}
