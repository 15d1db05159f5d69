package chainrule.experiments.conv;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.Cli;
import chainrule.experiments.MnistSlice;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A small convolutional net, trained once per test class from the command line. */
abstract class SmallNet {
    static final String[] SMALL = {"--filters", "2,2,2", "--validation", "20", "--batch", "16", "--epochs", "1"};

    @TempDir static Path shared;
    static Path data;
    static Path model;
    static Cli trained;
    static JsonObject results;

    @TempDir Path temporary;

    /** The net predicts about half of the digits correctly. */
    @BeforeAll
    static void train() throws IOException {
        data = MnistSlice.write(shared.resolve("data"), 400, 100);
        Path out = shared.resolve("cnn");
        String options = "--filters 4,8,8 --epochs 4 --rate 0.01 --batch 20 --validation 40 --no-augment --dropout 0";
        trained = run("mnist-cnn", out, options.split(" "));
        model = out.resolve("model.safetensors");
        results = json(out);
    }

    static Cli run(String study, Path out, String... options) {
        List<String> command = new ArrayList<>(List.of(study, "--out", out.toString(), "--data", data.toString()));
        command.addAll(List.of("--backend", "ejml"));
        command.addAll(List.of(options));
        return Cli.run(command);
    }

    static JsonObject json(Path out) throws IOException {
        return JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    static void assertRejected(Cli run, String... parts) {
        assertThat(run.status()).as(run.err() + run.out()).isEqualTo(2);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).startsWith("./run ").contains(parts).doesNotContain("Exception", "\tat ");
    }
}
