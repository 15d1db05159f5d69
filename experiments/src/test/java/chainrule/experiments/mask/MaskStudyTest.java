package chainrule.experiments.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.experiments.Cli;
import chainrule.io.ModelFile;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The study from the command line to its files, and the commands that use its model, on ten photos. */
class MaskStudyTest {
    private static final String[] SMALL = {
        "--size",
        "16",
        "--filters",
        "4,8",
        "--batch",
        "10",
        "--epochs",
        "3",
        "--rate",
        "0.01",
        "--seeds",
        "2",
        "--backend",
        "ejml"
    };

    @TempDir static Path shared;
    private static Path out;
    private static Cli trained;
    private static JsonObject results;

    @TempDir Path temporary;

    @BeforeAll
    static void train() throws IOException {
        out = shared.resolve("mask");
        trained = study(FaceSample.zip(shared.resolve("faces.zip"), "face-mask/"), out);
        results = json(out);
    }

    private static Cli study(Path data, Path out, String... options) {
        List<String> command = new ArrayList<>(List.of("mask", "--data", data.toString(), "--out", out.toString()));
        List<String> given = Arrays.asList(options);
        for (int i = 0; i < SMALL.length; i += 2) {
            if (!given.contains(SMALL[i])) {
                command.addAll(List.of(SMALL[i], SMALL[i + 1]));
            }
        }
        command.addAll(given);
        return Cli.run(command);
    }

    private static JsonObject json(Path out) throws IOException {
        return JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
    }

    private static JsonObject run(JsonObject results, int i) {
        return results.getAsJsonArray("runs").get(i).getAsJsonObject();
    }

    @Test
    void trainsReportsAndSavesBothSplits() throws IOException {
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(trained.err()).isEmpty();
        assertThat(trained.out())
                .startsWith("chainrule mask")
                .contains("77 faces in 10 photos", "by face and by image", "conv2", "By size of the face", "±");
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(f -> f.getFileName().toString()).sorted().toList())
                    .contains(
                            "accuracy.png",
                            "loss.png",
                            "model-face.safetensors",
                            "model.safetensors",
                            "report.html",
                            "results.json",
                            "roc.png",
                            "sizes.png",
                            "spread.png");
        }
        assertThat(out.resolve("report.html"))
                .content()
                .contains("Masks: who wears one?", "balanced accuracy", "</html>");
        JsonArray runs = results.getAsJsonArray("runs");
        assertThat(runs.asList())
                .extracting(r -> r.getAsJsonObject().get("split").getAsString() + r.getAsJsonObject().get("seed"))
                .containsExactly("face2", "face3", "image2", "image3");
        double sum = 0;
        for (JsonElement element : runs) {
            JsonObject run = element.getAsJsonObject();
            JsonObject scores = run.getAsJsonObject("scores");
            int heldOut = scores.get("faces").getAsInt();
            assertThat(run.get("trainingFaces").getAsInt() + heldOut).isEqualTo(FaceSample.FACES);
            double accuracy = scores.get("accuracy").getAsDouble();
            assertThat(accuracy * heldOut).isCloseTo(Math.round(accuracy * heldOut), within(1e-9));
            assertThat(scores.get("loss").getAsDouble()).isPositive();
            assertThat(run.getAsJsonArray("epochs")).hasSize(3);
            assertThat(run.has("heldOutByEpoch")).isEqualTo(run.get("seed").getAsInt() == 2);
            sum += run.get("split").getAsString().equals("image") ? accuracy : 0;
        }
        JsonObject means = results.getAsJsonObject("means").getAsJsonObject("image");
        assertThat(means.get("accuracy").getAsDouble()).isCloseTo(sum / 2, within(1e-12));
        // The last milestone is the net itself with a single view.
        JsonObject plain = run(results, 0).getAsJsonObject("withoutTestTimeViews");
        JsonObject milestones = run(results, 0).getAsJsonObject("heldOutByEpoch");
        assertThat(milestones.keySet()).containsExactly("1", "2", "3");
        assertThat(milestones.getAsJsonObject("3")).isEqualTo(plain);
    }

    @Test
    void rewritesTheReportFromResultsAndData() throws IOException {
        Path copy = Files.createDirectories(temporary.resolve("copy"));
        Files.copy(out.resolve("results.json"), copy.resolve("results.json"));
        Cli again = Cli.run("report", "--data", FaceSample.folder().toString(), copy.toString());
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(copy.resolve("report.html")).hasSameTextualContentAs(out.resolve("report.html"));
        assertThat(copy.resolve("roc.png")).hasSameBinaryContentAs(out.resolve("roc.png"));
    }

    @Test
    void divergedNetsEndWithStatusThreeAndNoMean() throws IOException {
        Path own = temporary.resolve("diverged");
        Cli run = study(FaceSample.folder(), own, "--rate", "1e38", "--split", "face");
        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(run.err().lines().toList().getLast()).contains("2 of 2 nets diverged: by face, seed 2 in epoch 1");
        assertThat(own.resolve("report.html")).content().contains("no net finished its training");
        JsonObject json = json(own);
        assertThat(json.getAsJsonArray("diverged")).hasSize(2);
        assertThat(json.getAsJsonObject("means").keySet()).isEmpty();
        assertThat(own.resolve("model.safetensors")).doesNotExist();
    }

    /** The model file says how the faces were cut out and split. */
    @Test
    void evaluateFindsTheSameFacesAndAccuracy() {
        for (int i : new int[] {0, 2}) {
            Path model = out.resolve(i == 0 ? "model-face.safetensors" : "model.safetensors");
            Cli evaluated =
                    Cli.run(
                            "evaluate",
                            "--model",
                            model.toString(),
                            "--data",
                            FaceSample.folder().toString(),
                            "--backend",
                            "ejml");
            assertThat(evaluated.status()).as(evaluated.err()).isZero();
            JsonObject scores = run(results, i).getAsJsonObject("scores");
            assertThat(evaluated.out())
                    .contains(i == 0 ? "by face, seed 2" : "by image, seed 2")
                    .contains("views    2")
                    .contains(
                            String.format(
                                    Locale.ROOT,
                                    "accuracy %.4f (%d of %d), loss %.4f",
                                    scores.get("accuracy").getAsDouble(),
                                    Math.round(scores.get("accuracy").getAsDouble() * scores.get("faces").getAsInt()),
                                    scores.get("faces").getAsInt(),
                                    scores.get("loss").getAsDouble()));
        }
        ModelFile model = ModelFile.read(out.resolve("model.safetensors"));
        assertThat(model.dataset()).isEqualTo("face-mask");
        assertThat(model.setup()).containsEntry("split", "image").containsEntry("split_seed", "2").hasSize(3);
    }

    /**
     * More than twenty steps with augmentation, dropout and averaging give the same losses for any number of threads.
     */
    @Test
    void resultsDoNotDependOnTheNumberOfThreads() throws IOException {
        List<JsonElement> losses = new ArrayList<>();
        for (String threads : new String[] {"1", "2"}) {
            Path own = temporary.resolve(threads);
            Cli run = study(FaceSample.folder(), own, "--threads", threads, "--seeds", "1", "--split", "face");
            assertThat(run.status()).as(run.err()).isZero();
            JsonObject json = run(json(own), 0);
            for (JsonElement epoch : json.getAsJsonArray("epochs")) {
                losses.add(epoch.getAsJsonObject().get("loss"));
            }
            losses.add(json.getAsJsonObject("scores").get("loss"));
        }
        assertThat(losses).hasSize(8);
        assertThat(losses.subList(4, 8)).isEqualTo(losses.subList(0, 4));
        // The run of two seeds and both splits has the same losses.
        assertThat(losses.get(3)).isEqualTo(run(results, 0).getAsJsonObject("scores").get("loss"));
    }

    @Test
    void comparingOptionsLeavesReportedSplitsUnreadAndSavesNoModel() throws IOException {
        Path own = temporary.resolve("choose");
        Cli run = study(FaceSample.folder(), own, "--seeds", "1", "--choose", "1", "--epochs", "1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("for comparing options, on photos that no split of seed 2 holds out");
        assertThat(own.resolve("model.safetensors")).doesNotExist();
        assertThat(json(own).get("choosing").getAsBoolean()).isTrue();
        assertThat(own.resolve("report.html")).content().contains("compare options");
    }

    @Test
    void namesSkippedPhotosAndBoxes() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Files.write(FaceSample.photo(folder, 586), new byte[] {1, 2, 3});
        Path annotation = FaceSample.annotation(folder, 251);
        String reversed = Files.readString(annotation).replaceFirst("<xmin>.*</xmin>", "<xmin>399</xmin>");
        Files.writeString(annotation, reversed);
        Path own = temporary.resolve("skipped");
        Cli run = study(folder, own, "--seeds", "1", "--split", "face", "--epochs", "1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("1 photo skipped, 1 box left out")
                .containsPattern("skipped: .*maksssksksss586.jpg")
                .containsPattern("left out: .*maksssksksss251.xml: the box of object 1 ");
        assertThat(own.resolve("report.html"))
                .content()
                .contains("Skipped photos", "maksssksksss586.jpg", "Boxes left out", "maksssksksss251.xml");
        assertThat(json(own).getAsJsonArray("skipped")).hasSize(1);
        assertThat(json(own).getAsJsonArray("boxesLeftOut")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--seeds 0|--seeds 0|at least 1",
                "--choose -1|--choose -1|at least 0",
                "--split photo|--split|photo",
                "--epochs 0|--epochs 0|at least 1",
                "--batch 1|--batch 1|at least 2",
                "--batch 70|--batch 70|at most the 69",
                "--rate 0|--rate 0.0|above 0",
                "--size 4|--size 4|at least 8",
                "--size 1000|--size 1000|at most 512",
                "--margin -1|--margin -1.0|from 0 to 4",
                "--filters 0|--filters 0|at least 1",
                "--block-dropout 1|--block-dropout 1.0|below 1",
                "--dropout -0.5|--dropout -0.5|at least 0",
                "--smoothing 1|--smoothing 1.0|below 1",
                "--augment 3|--augment 3.0|from 0 to 2",
                "--average 1|--average 1.0|below 1",
                "--backend abacus|'abacus'|reference",
            })
    void rejectsBadOptions(String options, String found, String expected) {
        Path own = temporary.resolve("rejected");
        Cli run = study(FaceSample.folder(), own, options.split(" "));
        assertThat(run.status()).as(run.err() + run.out()).isEqualTo(2);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).startsWith("./run").contains(found, expected).doesNotContain("Exception");
        assertThat(own).doesNotExist();
    }

    /** A model of another study has no faces. */
    @Test
    void rejectsOtherModels() throws IOException {
        Path model = out.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(model);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher seed = Pattern.compile("setup\\.split_seed").matcher(text);
        assertThat(seed.find()).isTrue();
        bytes[seed.start() + "setup.".length()] = 'x';
        Path changed = Files.write(temporary.resolve("changed.safetensors"), bytes);
        Cli run = Cli.run("evaluate", "--model", changed.toString(), "--data", FaceSample.folder().toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(changed.toString(), "has no entry 'split_seed'");
    }
}
