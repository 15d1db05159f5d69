package chainrule.experiments.conv;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.experiments.Cli;
import chainrule.io.ModelFile;
import chainrule.tensor.Parameter;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The CIFAR-10 study from the command line to the files, on seventy real images. */
class CifarStudyTest {
    private static final String SMALL = "--filters 4,4,4 --validation 10 --batch 10 --epochs 1 --backend ejml";

    @TempDir Path temporary;

    static Path sample() {
        try {
            return Path.of(CifarStudyTest.class.getResource("/cifar10/test_batch.bin").toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Cli run(String out, String options) {
        List<String> command = new ArrayList<>(List.of("cifar", "--data", sample().toString()));
        command.addAll(List.of("--out", temporary.resolve(out).toString()));
        command.addAll(Arrays.asList(options.split(" ")));
        return Cli.run(command);
    }

    private JsonObject results(String out) {
        try {
            return JsonParser.parseString(Files.readString(temporary.resolve(out).resolve("results.json")))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> losses(String out) {
        return results(out).getAsJsonArray("epochs").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(epoch -> epoch.get("loss") + " " + epoch.get("validation"))
                .toList();
    }

    @Test
    void trainsReportsAndSavesTheNet() throws IOException {
        Cli run = run("out", SMALL);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("chainrule cifar")
                .contains("50 training and 20 test images", "batchnorm7", "dropout4", "maxpool3", "test");
        try (var files = Files.list(temporary.resolve("out"))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "accuracy.png",
                            "classes.png",
                            "confusion.png",
                            "filters.png",
                            "loss.png",
                            "mistakes.png",
                            "model.safetensors",
                            "report.html",
                            "results.json");
        }
        JsonObject results = results("out");
        int right = 20 - results.get("testMistakes").getAsInt();
        assertThat(results.get("testAccuracy").getAsDouble()).isEqualTo(right / 20.0);
        assertThat(results.getAsJsonObject("configuration").get("recipe").getAsString())
                .contains("AdamW", "dropout [0.1, 0.2, 0.3, 0.5]", "flips", "label smoothing");
    }

    @Test
    void evaluatesTheSavedModelToTheSameAccuracy() {
        assertThat(run("out", SMALL).status()).isZero();
        String model = temporary.resolve("out/model.safetensors").toString();
        Cli run = Cli.run("evaluate", "--backend", "ejml", "--model", model, "--data", sample().toString());
        assertThat(run.status()).as(run.err()).isZero();
        JsonObject results = results("out");
        assertThat(run.out())
                .contains(
                        String.format(
                                Locale.ROOT,
                                "test accuracy %.4f (%d of 20), loss %.4f",
                                results.get("testAccuracy").getAsDouble(),
                                20 - results.get("testMistakes").getAsInt(),
                                results.get("testLoss").getAsDouble()));
    }

    /** Twenty steps with flips, shifts and dropout. */
    @Test
    void lossesDoNotDependOnTheNumberOfThreads() {
        String twenty = SMALL.replace("--epochs 1", "--epochs 5").replace("ejml", "simd");
        assertThat(run("one", twenty + " --threads 1").status()).isZero();
        assertThat(run("two", twenty + " --threads 2").status()).isZero();
        assertThat(run("other", twenty + " --seed 3").status()).isZero();
        assertThat(losses("one")).hasSize(5).isEqualTo(losses("two")).isNotEqualTo(losses("other"));
    }

    /** Two epochs of two steps on all images, with one thread and several; the saved model gives the same results. */
    @Test
    void trainsSavesAndEvaluatesTheFastNet() throws IOException {
        String fast = "--net fast --validation 0 --batch 25 --epochs 2 --backend simd";
        Cli run = run("fast", fast + " --threads 1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("gelu7", "scaling1", "beta: rate × 64.0", "validation none");
        // The whitening filters of the first layer, 24 × 2 × 2 × 3 weights, are frozen before the first step.
        JsonObject fastResults = results("fast");
        assertThat(fastResults.get("frozen").toString()).isEqualTo("[\"conv1.weight\"]");
        Path fastModel = temporary.resolve("fast/model.safetensors");
        try (Backend backend = Backends.open("ejml", 1).backend();
                Scope _ = backend.openScope("test")) {
            long weights =
                    ModelFile.read(fastModel).build(backend).parameters().stream()
                            .filter(Parameter::trainable)
                            .mapToLong(p -> p.shape().elements())
                            .sum();
            assertThat(fastResults.get("parameters").getAsLong()).isEqualTo(weights - 24 * 2 * 2 * 3);
        }
        Path page = temporary.resolve("fast/report.html");
        String first = Files.readString(page);
        assertThat(first)
                .containsPattern(
                        String.format(Locale.ROOT, "trainable +%,d", fastResults.get("parameters").getAsLong()))
                .contains("No validation set was held out")
                .doesNotContain("not drawn", "Dashed");
        Cli report = Cli.run("report", "--data", sample().toString(), page.getParent().toString());
        assertThat(report.status()).as(report.err()).isZero();
        assertThat(page).hasContent(first);
        assertThat(run("fast2", fast + " --threads 2").status()).isZero();
        assertThat(losses("fast")).hasSize(2).isEqualTo(losses("fast2"));
        double accuracy = results("fast").get("testAccuracy").getAsDouble();
        Path model = temporary.resolve("fast/model.safetensors");
        Cli again =
                Cli.run("evaluate", "--model", model.toString(), "--data", sample().toString(), "--backend", "simd");
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.out())
                .contains("6 of every image")
                .contains(String.format(Locale.ROOT, "test accuracy %.4f", accuracy));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--epochs 0|--epochs 0|at least 1",
                "--rate 0|--rate 0.0|above 0",
                "--filters ,|--filters|at least one",
                "--dropout 0.1,0.2|--dropout [0.1, 0.2]|expected 4 fractions",
                "--dropout 0.1,0.2,0.3,1|--dropout 1.0|below 1",
                "--smoothing 1|--smoothing 1.0|below 1",
                "--validation 50|--validation 50|fewer than the 50",
                "--validation 0|--validation 0|at least 1",
                "--decay -1|--decay -1.0|at least 0",
                "--batch 50|--batch 50|at most the 40",
                "--net slow|--net slow|assignment or fast",
                "--net fast|--filters|--net assignment",
            })
    void rejectsBadOptions(String options, String found, String expected) {
        String rest = "--filters 4,4,4 --validation 10 --batch 10 --epochs 1 --backend ejml ";
        String line = rest.replaceAll(options.split(" ")[0] + " [^ ]+ ", "") + options;
        Cli run = run("out", line);
        assertThat(run.status()).as(run.err() + run.out()).isEqualTo(2);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).startsWith("./run cifar: ").contains(found, expected);
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    @Test
    void namesAFolderWithoutTheFiles() {
        Cli run = Cli.run("cifar", "--data", temporary.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("./run cifar: " + temporary.resolve("data_batch_1.bin") + " is missing");
    }
}
