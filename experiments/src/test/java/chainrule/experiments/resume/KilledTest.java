package chainrule.experiments.resume;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.MnistSlice;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Kills processes with SIGKILL at 20 random moments and resumes them: weights, history, figures and report equal those
 * of an uninterrupted process.
 */
class KilledTest {
    private static final long SEED = 20_261_122;
    private static final Pattern CHECKPOINT = Pattern.compile("(.*)-step-(\\d+)\\.safetensors");

    @TempDir Path folder;
    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    /** Two nets, so that some kills leave one finished and one not started. */
    @Test
    void combinesSeveralNets() throws IOException, InterruptedException {
        survives(10, "depth", "--depths", "2", "--activations", "tanh,relu", "--width", "8", "--epochs", "8");
    }

    /** Adam, batch norm, dropout, augmentation, a schedule, best weights, and a model file with the weights. */
    @Test
    void trainsAConvolutionalNet() throws IOException, InterruptedException {
        survives(10, "mnist-cnn", "--filters", "2,2,2", "--validation", "20", "--target", "1", "--epochs", "8");
    }

    private void survives(int kills, String... study) throws IOException, InterruptedException {
        Path data = MnistSlice.write(folder.resolve("data"), 100, 20);
        Path whole = folder.resolve("whole");
        Path out = folder.resolve("killed");
        Program program = new Program(folder.resolve("log"));
        List<String> command = new ArrayList<>(List.of(study));
        command.addAll(List.of("--data", data.toString(), "--backend", "ejml", "--threads", "1"));
        command.addAll(List.of("--batch", "10", "--checkpoint-every", "1", "--out"));
        List<String> uninterrupted = new ArrayList<>(command);
        uninterrupted.add(whole.toString());
        command.addAll(List.of(out.toString(), "--resume"));

        long begun = System.nanoTime();
        assertThat(program.run(uninterrupted)).as(program.printed()).isZero();
        long duration = System.nanoTime() - begun;
        SortedMap<String, String> expected = Outcome.of(whole);
        assertThat(expected).containsKeys("results.json", "report.html");
        int killed = 0;
        while (killed < kills) {
            Process process = program.start(command);
            // Kills alternate between any moment of the process and a moment during training.
            boolean ended =
                    killed % 2 == 0
                            ? process.waitFor(random.nextLong(duration / 5, duration), TimeUnit.NANOSECONDS)
                            : endsWithin(process, random.nextInt(1, 12), out.resolve("checkpoints"));
            if (ended) {
                assertEnd(
                        process.exitValue(),
                        program,
                        expected,
                        out); // it finished before the kill; the next round starts
                delete(out);
            } else {
                process.destroyForcibly().waitFor();
                killed++;
            }
        }
        assertEnd(program.run(command), program, expected, out);
        assertThat(program.printed()).as("kills while training").containsPattern("epoch \\d+ after \\d+ of ");
    }

    /** True if the process ends before it has written this many checkpoints and a short time has passed. */
    private boolean endsWithin(Process process, int steps, Path checkpoints) throws InterruptedException {
        long target = steps(checkpoints) + steps;
        while (steps(checkpoints) < target) {
            if (process.waitFor(1, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return process.waitFor(random.nextLong(5_000_000), TimeUnit.NANOSECONDS);
    }

    /** The number of steps in the newest checkpoints of all nets. */
    private static long steps(Path checkpoints) {
        Map<String, Long> newest = new HashMap<>();
        String[] files = checkpoints.toFile().list();
        for (String file : files == null ? new String[0] : files) {
            Matcher name = CHECKPOINT.matcher(file);
            if (name.matches()) {
                newest.merge(name.group(1), Long.valueOf(name.group(2)), Math::max);
            }
        }
        return newest.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void assertEnd(int status, Program program, SortedMap<String, String> expected, Path out) {
        assertThat(status).as(program.printed()).isZero();
        SortedMap<String, String> files = Outcome.of(out);
        assertThat(files.keySet()).isEqualTo(expected.keySet());
        files.forEach((name, content) -> assertThat(firstDifference(content, expected.get(name))).as(name).isEmpty());
    }

    /** An excerpt around the first difference of two texts, for a readable message; empty if they are equal. */
    private static String firstDifference(String found, String expected) {
        int at = Arrays.mismatch(found.toCharArray(), expected.toCharArray());
        return at < 0 ? "" : around(found, at) + " where the whole run has " + around(expected, at);
    }

    private static String around(String text, int at) {
        return text.substring(Math.max(0, Math.min(at, text.length()) - 100), Math.min(text.length(), at + 100));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
