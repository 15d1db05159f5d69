package chainrule.experiments.conv;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.Cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Attacks a net trained on fifty images, from the command line to the files. */
class CifarAdversarialTest {
    @TempDir static Path shared;
    private static Path model;

    @TempDir Path temporary;

    @BeforeAll
    static void train() {
        model = shared.resolve("cifar/model.safetensors");
        String options =
                "--filters 4,4 --dropout 0,0,0 --validation 10 --batch 10 --epochs 3 --backend ejml --no-augment";
        List<String> command = new ArrayList<>(List.of("cifar", "--data", CifarStudyTest.sample().toString()));
        command.addAll(List.of("--out", model.getParent().toString()));
        command.addAll(Arrays.asList(options.split(" ")));
        Cli run = Cli.run(command);
        assertThat(run.status()).as(run.err()).isZero();
    }

    private Cli attack(String out, String options) {
        List<String> command = new ArrayList<>(List.of("cifar-adversarial", "--model", model.toString()));
        command.addAll(List.of("--data", CifarStudyTest.sample().toString(), "--backend", "ejml"));
        command.addAll(List.of("--out", temporary.resolve(out).toString()));
        command.addAll(Arrays.asList(options.split(" ")));
        return Cli.run(command);
    }

    private JsonObject results(String out) throws IOException {
        return JsonParser.parseString(Files.readString(temporary.resolve(out).resolve("results.json")))
                .getAsJsonObject();
    }

    /** A few hundred steps fool a barely trained net; the reported predictions match the picture. */
    @Test
    void makesThePhotoPredictedAsTheTargets() throws IOException {
        Cli run = attack("one", "--image 4 --classes cat,ship --steps 300 --threads 1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "frog: reproduced",
                        "frog → target cat: predicted cat",
                        "target ship: predicted ship",
                        "2 of 2");
        try (var files = Files.list(temporary.resolve("one"))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("adversarial-test-image-4-frog.png", "report.html", "results.json");
        }
        JsonObject results = results("one");
        assertThat(results.get("fooled").getAsInt()).isEqualTo(2);
        JsonObject ship = results.getAsJsonArray("all").get(1).getAsJsonObject();
        assertThat(ship.get("target").getAsString()).isEqualTo("ship");
        assertThat(ship.get("confidence").getAsDouble()).isGreaterThanOrEqualTo(0.9);
        assertThat(ship.get("confidenceAfterRounding").getAsDouble()).isBetween(0.7, 1.0);
        double error = ship.get("meanSquaredError").getAsDouble();
        double length = ship.get("l2").getAsDouble();
        assertThat(length * length / 3072).isBetween(0.999 * error, 1.001 * error);
        assertThat(attack("two", "--image 4 --classes cat,ship --steps 300 --threads 2").status()).isZero();
        assertThat(results("two").get("all")).isEqualTo(results.get("all"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--image 20|--image 20|at most 19",
                "--image -1|--image -1|at least 0",
                "--classes hen|--classes hen|airplane",
                "--steps 0|--steps 0|at least 1",
                "--lambda 0|--lambda 0.0|above 0",
            })
    void rejectsBadOptions(String options, String found, String expected) {
        Cli run = attack("out", options);
        assertThat(run.status()).as(run.err() + run.out()).isEqualTo(2);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).startsWith("./run cifar-adversarial: ").contains(found, expected);
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    @Test
    void rejectsAModelOfOtherImages() {
        Cli run =
                Cli.run(
                        "cifar-adversarial",
                        "--model",
                        temporary.resolve("none").toString(),
                        "--data",
                        CifarStudyTest.sample().toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("does not exist", "./run cifar");
        Cli digits = Cli.run("mnist-adversarial", "--model", model.toString());
        assertThat(digits.status()).isEqualTo(2);
        assertThat(digits.err()).contains("takes [32 × 32 × 3], expected [28 × 28 × 1]");
    }
}
