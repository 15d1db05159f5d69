package chainrule.experiments.resume;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.Cli;
import chainrule.experiments.MnistSlice;
import chainrule.experiments.mask.FaceSample;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The same seed gives the same bits. Every study trains about fifty steps with small batches and default options.
 * Results, pictures and weights are the same for any number of threads, in a second run, and after resuming from a
 * checkpoint.
 */
class FirstFiftyStepsTest {
    @TempDir static Path shared;
    @TempDir Path folder;

    private enum Study {
        DEPTH("depth --depths 5,20 --activations tanh,relu --epochs 5 --batch 10"),
        GRADIENTS("gradients --depths 5 --activations sigmoid --epochs 5 --batch 10"),
        LECUN("lecun --depths 5 --gradients-after 1 --epochs 6 --batch 10"),
        MNIST_CNN("mnist-cnn --validation 20 --target 1 --epochs 6 --batch 10"),
        CIFAR("cifar --validation 10 --epochs 7 --batch 5"),
        CIFAR_FAST("cifar --net fast --validation 0 --epochs 2 --batch 2"),
        MASK("mask --seeds 1 --epochs 7 --batch 10"),
        MNIST_ADVERSARIAL("mnist-adversarial --samples 1,0 --classes 3,4 --steps 50"),
        CIFAR_ADVERSARIAL("cifar-adversarial --image 4 --classes cat,ship --steps 50");

        private final String command;

        Study(String command) {
            this.command = command;
        }

        private List<String> command() {
            List<String> typed = new ArrayList<>(List.of(command.split(" ")));
            typed.addAll(
                    switch (this) {
                        case CIFAR, CIFAR_FAST, CIFAR_ADVERSARIAL -> List.of("--data", cifar().toString());
                        case MASK -> List.of("--data", shared.resolve("faces.zip").toString());
                        default -> List.of("--data", shared.resolve("mnist").toString());
                    });
            typed.addAll(
                    switch (this) {
                        case MNIST_ADVERSARIAL -> List.of("--model", shared + "/mnist-cnn/model.safetensors");
                        case CIFAR_ADVERSARIAL -> List.of("--model", shared + "/cifar/model.safetensors");
                        default -> List.of();
                    });
            return typed;
        }

        /** Options for slow backends. */
        private List<String> small() {
            return switch (this) {
                case MNIST_CNN, CIFAR -> List.of("--filters", "4,4,4");
                case MASK -> List.of("--filters", "4,4", "--size", "16");
                default -> List.of();
            };
        }
    }

    private static Path cifar() {
        try {
            return Path.of(FirstFiftyStepsTest.class.getResource("/cifar10/test_batch.bin").toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeAll
    static void nameDataAndModels() throws IOException {
        MnistSlice.write(shared.resolve("mnist"), 100, 20);
        FaceSample.zip(shared.resolve("faces.zip"), "face-mask/");
        model(Study.MNIST_CNN, "mnist-cnn", "--dropout", "0", "--filters", "4,8,8", "--rate", "0.01");
        model(Study.CIFAR, "cifar", "--dropout", "0,0,0", "--filters", "4,8", "--no-augment");
    }

    private static void model(Study study, String out, String... options) {
        List<String> command = study.command();
        command.addAll(List.of(options));
        command.addAll(List.of("--out", shared.resolve(out).toString(), "--backend", "ejml"));
        Cli run = Cli.run(command);
        assertThat(run.status()).as(run.err()).isZero();
    }

    /** Runs a study; the options determine the output folder. */
    private SortedMap<String, String> outcome(Study study, String... options) {
        Path out = folder.resolve(String.join(" ", options));
        Cli run = run(study, out, options);
        assertThat(run.status()).as(run.err()).isZero();
        return Outcome.of(out);
    }

    private static Cli run(Study study, Path out, String... options) {
        List<String> command = study.command();
        command.addAll(List.of(options));
        command.addAll(List.of("--out", out.toString()));
        return Cli.run(command);
    }

    private static void assertSame(SortedMap<String, String> found, SortedMap<String, String> expected) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        found.forEach((file, content) -> assertThat(content.equals(expected.get(file))).as(file).isTrue());
    }

    @ParameterizedTest
    @EnumSource
    void threadsRerunsAndCheckpointsChangeNoBit(Study study) throws IOException {
        SortedMap<String, String> one = outcome(study, "--backend", "simd", "--threads", "1");
        for (String threads : List.of("3", "7")) {
            assertSame(outcome(study, "--backend", "simd", "--threads", threads), one);
        }
        assertSame(brokenOff(study), one);
        assertThat(outcome(study, "--backend", "simd", "--threads", "2", "--seed", "5")).isNotEqualTo(one);
    }

    /** Trains all steps but fails to write the report; then deletes the newest checkpoint of every net. */
    private SortedMap<String, String> brokenOff(Study study) throws IOException {
        Path out = folder.resolve("broken off");
        Path blocked = Files.createDirectories(out.resolve("results.json/in the way"));
        Cli failed = run(study, out, "--backend", "simd", "--threads", "3", "--checkpoint-every", "20");
        assertThat(failed.err()).contains("cannot write").hasLineCount(1);
        Files.delete(blocked);
        Files.delete(blocked.getParent());
        for (List<Path> ofANet : checkpoints(out.resolve("checkpoints")).values()) {
            Files.delete(ofANet.getLast());
        }
        Cli resumed = run(study, out, "--backend", "simd", "--threads", "2", "--resume");
        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(resumed.out()).doesNotContain("nothing to resume", "no valid checkpoint", "already trained");
        return Outcome.of(out);
    }

    /** The checkpoints of every net, the newest last. */
    private static SortedMap<String, List<Path>> checkpoints(Path folder) throws IOException {
        SortedMap<String, List<Path>> nets = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.sorted(Comparator.comparingInt(file -> Integer.parseInt(part(file, 2))))
                    .forEach(file -> nets.computeIfAbsent(part(file, 1), _ -> new ArrayList<>()).add(file));
        }
        assertThat(nets.values()).isNotEmpty().allSatisfy(files -> assertThat(files).hasSize(2));
        return nets;
    }

    private static String part(Path checkpoint, int group) {
        return checkpoint.getFileName().toString().replaceAll("(.*)-step-(\\d+)\\.safetensors", "$" + group);
    }

    /** Without the fast net for CIFAR-10, which takes this backend 40 s and has no primitive of its own. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CIFAR_FAST")
    void ejmlRepeatsItsBits(Study study) {
        repeats(study, "ejml");
    }

    /** The reference backend, for studies whose nets can be small. */
    @ParameterizedTest
    @EnumSource(names = {"DEPTH", "MNIST_CNN", "CIFAR", "MASK"})
    void referenceRepeatsItsBits(Study study) {
        repeats(study, "reference");
    }

    private void repeats(Study study, String backend) {
        List<String> options = new ArrayList<>(List.of("--backend", backend, "--threads", "1"));
        options.addAll(study.small());
        SortedMap<String, String> first = outcome(study, options.toArray(String[]::new));
        options.set(3, "3");
        assertSame(outcome(study, options.toArray(String[]::new)), first);
    }
}
