package chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Every study from its command line to its files, on 200 images. */
class StudiesTest {
    @TempDir static Path data;
    @TempDir Path temporary;

    @BeforeAll
    static void slice() {
        MnistSlice.write(data, 200, 100);
    }

    /** Runs a study, checks the output that all studies have in common, and returns its results.json. */
    private JsonObject study(String name, String... options) throws IOException {
        Path out = temporary.resolve(name);
        List<String> command = new ArrayList<>(List.of(name));
        command.addAll(List.of("--backend", "ejml", "--threads", "2", "--seed", "11", "--out", out.toString()));
        command.addAll(List.of("--data", data.toString()));
        command.addAll(List.of(options));
        Cli run = Cli.run(command);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("chainrule " + name)
                .contains("backend", "ejml", "threads", "seed", "11", "JDK")
                .contains(out.resolve("report.html").toString());
        String html = Files.readString(out.resolve("report.html"));
        assertThat(html).startsWith("<!DOCTYPE html>").contains("<title>", "ejml").endsWith("</html>\n");
        List<Path> files = files(out);
        assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("."));
        List<Path> pictures = files.stream().filter(file -> file.toString().endsWith(".png")).toList();
        assertThat(pictures).isNotEmpty();
        for (Path picture : pictures) {
            assertThat(Files.readAllBytes(picture)).startsWith(0x89, 'P', 'N', 'G').hasSizeGreaterThan(1000);
        }
        JsonObject results = JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
        assertThat(results.get("study").getAsString()).isEqualTo(name);
        JsonObject configuration = results.getAsJsonObject("configuration");
        assertThat(configuration.keySet()).contains("command", "backend", "threads", "seed", "JDK");
        assertThat(configuration.get("seed").getAsLong()).isEqualTo(11);
        assertThat(configuration.get("threads").getAsInt()).isEqualTo(2);
        assertThat(configuration.get("command").getAsString()).isEqualTo("./run " + String.join(" ", command));
        assertThat(results.get("elapsedSeconds").getAsDouble()).isPositive();
        requireSameReport(out);
        if (!name.equals("activations")) {
            assertThat(configuration.get("data").getAsString()).contains("200 training and 100 test", "SHA-256");
            assertThat(results.getAsJsonArray("nets")).isNotEmpty();
            for (JsonElement net : results.getAsJsonArray("nets")) {
                assertThat(net.getAsJsonObject().get("imagesPerSecond").getAsDouble()).isPositive();
                assertThat(net.getAsJsonObject().getAsJsonArray("epochs")).isNotEmpty();
            }
        }
        return results;
    }

    /** ./run report writes the same page and figures from results.json, byte by byte. */
    private void requireSameReport(Path out) throws IOException {
        Path again = Files.createDirectory(temporary.resolve("rendered"));
        Files.copy(out.resolve("results.json"), again.resolve("results.json"));
        Cli rendered = Cli.run("report", again.toString());
        assertThat(rendered.status()).as(rendered.err()).isZero();
        for (Path file : files(out)) {
            if (!file.toString().endsWith(".csv")) {
                assertThat(again.resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void runsDepth() throws IOException {
        JsonObject results =
                study("depth", "--depths", "1,2", "--activations", "tanh,relu", "--epochs", "2", "--width", "8");
        assertThat(results.getAsJsonArray("nets")).hasSize(4);
        JsonObject net = results.getAsJsonArray("nets").get(0).getAsJsonObject();
        assertThat(net.get("hiddenLayers").getAsInt()).isEqualTo(1);
        assertThat(net.get("activation").getAsString()).isEqualTo("tanh");
        assertThat(net.get("testLoss").getAsDouble()).isBetween(1.0, 3.0);
        assertThat(net.get("testAccuracy").getAsDouble()).isBetween(0.0, 1.0);
        assertThat(net.getAsJsonArray("epochs")).hasSize(2);
    }

    @Test
    void depthShowsEveryRunOfSeveralSeeds() throws IOException {
        JsonObject results = study("depth", "--depths", "1", "--activations", "relu", "--epochs", "1", "--seeds", "3");
        assertThat(results.getAsJsonArray("nets").asList())
                .extracting(net -> net.getAsJsonObject().get("seed").getAsLong())
                .containsExactly(11L, 12L, 13L);
        assertThat(temporary.resolve("depth/spread.png")).exists();
        assertThat(temporary.resolve("depth/report.html")).content().contains("Every run");
    }

    /** One net is trained with the largest seed; a second net would exceed it. */
    @Test
    void acceptsTheLargestSeed() throws IOException {
        String largest = Long.toString(Long.MAX_VALUE);
        Path out = temporary.resolve("largest");
        Cli run =
                Cli.run(
                        List.of(
                                "depth",
                                "--depths",
                                "1",
                                "--activations",
                                "tanh",
                                "--epochs",
                                "1",
                                "--backend",
                                "ejml",
                                "--seed",
                                largest,
                                "--data",
                                data.toString(),
                                "--out",
                                out.toString()));
        assertThat(run.status()).as(run.err()).isZero();
        JsonObject results = JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
        assertThat(results.getAsJsonArray("nets").asList())
                .extracting(net -> net.getAsJsonObject().get("seed").getAsLong())
                .containsExactly(Long.MAX_VALUE);
    }

    @Test
    void runsGradients() throws IOException {
        JsonObject results = study("gradients", "--depths", "2", "--activations", "tanh,sigmoid", "--epochs", "1");
        for (String when : List.of("before", "after")) {
            assertThat(results.getAsJsonArray(when)).hasSize(2);
            for (JsonElement net : results.getAsJsonArray(when)) {
                JsonObject weights = net.getAsJsonObject().getAsJsonObject("weights");
                assertThat(weights.getAsJsonArray("maxAbsPerLayer")).hasSize(3);
                assertThat(weights.getAsJsonArray("signedMaxPerLayer")).hasSize(3);
                for (int i = 0; i < 3; i++) {
                    assertThat(weights.getAsJsonArray("maxAbsPerLayer").get(i).getAsDouble())
                            .isGreaterThanOrEqualTo(weights.getAsJsonArray("signedMaxPerLayer").get(i).getAsDouble());
                }
                assertThat(net.getAsJsonObject().getAsJsonArray("inputRms")).hasSize(3);
                assertThat(net.getAsJsonObject().getAsJsonArray("deltaRms")).hasSize(3);
                assertThat(net.getAsJsonObject().getAsJsonArray("outputGradientNorm")).hasSize(2);
                assertThat(net.getAsJsonObject().get("meanDerivative").getAsDouble()).isBetween(0.01, 1.0);
            }
        }
        // Two nets, before and after: a weight, a bias and two activations per hidden layer, one fewer for the last.
        assertThat(Files.readAllLines(temporary.resolve("gradients/gradients.csv"))).hasSize(1 + 4 * (3 * 2 + 5));
    }

    @Test
    void runsLecun() throws IOException {
        JsonObject results = study("lecun", "--depths", "1,2", "--epochs", "2", "--gradients-after", "1");
        assertThat(results.getAsJsonArray("nets")).hasSize(4);
        assertThat(results.getAsJsonArray("gradients")).hasSize(4);
        assertThat(results.getAsJsonArray("nets").get(0).getAsJsonObject().has("testAccuracy")).isTrue();
    }

    @Test
    void runsActivations() throws IOException {
        study("activations", "--activations", "sigmoid,leaky-relu");
        assertThat(temporary.resolve("activations/report.html")).content().contains("sigmoid", "leaky ReLU", "4/27");
    }

    @Test
    void resultsDoNotDependOnTheNumberOfThreads() throws IOException {
        String[] options = {"--depths", "3", "--activations", "lecun", "--epochs", "2"};
        JsonObject first = study("depth", options);
        Cli other =
                Cli.run(
                        Stream.concat(
                                        Stream.of("depth", "--threads", "1", "--backend", "ejml", "--seed", "11"),
                                        Stream.concat(
                                                Stream.of("--data", data.toString(), "--out", temporary + "/again"),
                                                Arrays.stream(options)))
                                .toList());
        assertThat(other.status()).isZero();
        JsonObject second =
                JsonParser.parseString(Files.readString(temporary.resolve("again/results.json"))).getAsJsonObject();
        for (String figure : List.of("testLoss", "testAccuracy")) {
            assertThat(figure(second, figure)).isEqualTo(figure(first, figure));
        }
    }

    private static String figure(JsonObject results, String key) {
        return results.getAsJsonArray("nets").get(0).getAsJsonObject().get(key).getAsString();
    }

    /** With this learning rate the first step overflows. */
    @Test
    void reportsADivergingNetWithStatusThree() throws IOException {
        for (String study : List.of("depth", "gradients", "lecun")) {
            Path out = temporary.resolve(study);
            List<String> command = new ArrayList<>(List.of(study, "--depths", "2", "--epochs", "8", "--rate", "1e38"));
            command.addAll(List.of("--data", data.toString(), "--out", out.toString(), "--backend", "ejml"));
            if (!study.equals("lecun")) {
                command.addAll(List.of("--activations", "identity"));
            }
            Cli run = Cli.run(command);
            assertThat(run.status()).as(run.err()).isEqualTo(3);
            assertThat(run.err())
                    .startsWith("./run " + study + ": ")
                    .contains("diverged", "in epoch 1")
                    .hasLineCount(1);
            assertThat(run.out()).contains("the loss is NaN or infinite in epoch 1");
            assertThat(out.resolve("report.html")).content().contains("DIVERGED", "diverged in epoch 1");
            JsonObject results =
                    JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
            assertThat(results.getAsJsonArray("diverged")).isNotEmpty();
            JsonObject net = results.getAsJsonArray("nets").get(0).getAsJsonObject();
            assertThat(net.getAsJsonObject("divergence").get("epoch").getAsInt()).isEqualTo(1);
            assertThat(net.get("testAccuracy").getAsString()).isEqualTo("NaN");
            assertThat(Cli.run("report", out.toString()).status()).isZero();
        }
    }

    @Test
    void explainPrintsTheTape() {
        Cli run = Cli.run("explain", "--depth", "3", "--activation", "lecun", "--batch", "2");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(
                        "dense4",
                        "lecun3",
                        "[2 × 784] constant, [784 × 32], [32]",
                        "dx += dy",
                        "softmax",
                        "backward pass");
    }

    @Test
    void listNamesEveryStudyWithALine() {
        Cli run = Cli.run("list");
        assertThat(run.status()).isZero();
        assertThat(run.out().lines().map(line -> line.split(" ")[0]))
                .contains("depth", "gradients", "lecun", "activations", "explain", "replay", "list");
        assertThat(run.out().lines()).allMatch(line -> line.length() > 20 && line.length() < 140);
    }

    @Test
    void opensTheReportInABrowser() throws IOException, InterruptedException {
        Optional<File> chromium =
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> new File(folder, "chromium"))
                        .filter(File::canExecute)
                        .findFirst();
        assumeTrue(chromium.isPresent(), "no chromium on the PATH");
        study("gradients", "--depths", "2", "--activations", "tanh", "--epochs", "1");
        Path network = temporary.resolve("network.json");
        Path log = temporary.resolve("browser.log");
        Process browser =
                new ProcessBuilder(
                                chromium.get().toString(),
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-background-networking",
                                "--enable-logging=stderr",
                                "--user-data-dir=" + temporary.resolve("profile"),
                                "--log-net-log=" + network,
                                "--dump-dom",
                                temporary.resolve("gradients/report.html").toUri().toString())
                        .redirectError(log.toFile())
                        .start();
        String dom = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(browser.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(browser.exitValue()).isZero();
        assertThat(dom).contains("<title>Gradients: where they vanish</title>", "<svg", "</html>");
        assertThat(Files.readString(log)).doesNotContain("CONSOLE");
        assertThat(requestsOfThePage(Files.readString(network))).isEmpty();
    }

    /** The network requests of the page, without the requests of the browser. */
    static List<String> requestsOfThePage(String networkLog) {
        List<String> urls = new ArrayList<>();
        for (JsonElement event : JsonParser.parseString(networkLog).getAsJsonObject().getAsJsonArray("events")) {
            if (event.getAsJsonObject().get("params") instanceof JsonObject params
                    && params.has("url")
                    && params.has("initiator")
                    && !params.get("initiator").getAsString().equals("not an origin")
                    && params.get("url").getAsString().startsWith("http")) {
                urls.add(params.get("url").getAsString());
            }
        }
        return urls;
    }
}
