package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * No vector of a training step becomes an object. C2 stops inlining in a method that has grown to a certain number of
 * nodes; a method of this project that takes or returns a vector and is not inlined then costs an allocation for each
 * vector. This happened to every tile with a bias, which then took 1.6 times as long.
 */
class InliningTest {
    /** "… @ 659   chainrule.simd.Lanes::load (9 bytes)   failed to inline: NodeCountInliningCutoff" */
    private static final Pattern NOT_INLINED =
            Pattern.compile("(chainrule\\.simd\\.\\w+)::(\\w+) \\(\\d+ bytes\\)\\s+failed to inline: NodeCount");

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"mlp5", "mnist", "cifar"})
    void keepsEveryVectorInARegister(String net) throws IOException, InterruptedException {
        Path output = folder.resolve(net);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process steps =
                new ProcessBuilder(
                                java.toString(),
                                "--add-modules=jdk.incubator.vector",
                                "-XX:+UnlockDiagnosticVMOptions",
                                "-XX:+PrintInlining",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ProfileCommand.class.getName(),
                                "--net",
                                net,
                                "--seconds",
                                "2")
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(steps.waitFor()).isZero();
        List<String> lines = Files.readAllLines(output);
        assumeTrue(lines.stream().anyMatch(l -> l.contains("inline (hot)")), "this JVM does not print what it inlines");
        assertThat(lines).anyMatch(l -> l.contains("chainrule.simd.RowTile::wide"));
        assertThat(lines.stream().flatMap(InliningTest::boxing)).isEmpty();
    }

    private static Stream<String> boxing(String line) {
        return NOT_INLINED.matcher(line).results().filter(r -> passesVectors(r.group(1), r.group(2))).map(_ -> line);
    }

    private static boolean passesVectors(String type, String name) {
        try {
            return Arrays.stream(Class.forName(type).getDeclaredMethods())
                    .filter(m -> m.getName().equals(name))
                    .flatMap(InliningTest::types)
                    .anyMatch(t -> t.getName().startsWith("jdk.incubator.vector"));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<Class<?>> types(Method m) {
        return Stream.concat(Stream.of(m.getReturnType()), Arrays.stream(m.getParameterTypes()));
    }
}
