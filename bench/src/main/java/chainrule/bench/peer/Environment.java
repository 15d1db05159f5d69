package chainrule.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A virtual environment of Python with the packages of a peer's file.
 *
 * @param folder the environment
 * @param dependencies the packages, each as NAME==VERSION
 */
record Environment(Path folder, List<String> dependencies) {
    /** Written after all packages are installed: the list of them, one a line. */
    private static final String MARKER = "dependencies.txt";

    private static final int LAST_LINES = 40;

    /** Whether the environment can be used. */
    enum State {
        /** It does not exist, or was not finished. */
        MISSING,
        /** It has the packages of another version of the peer's file. */
        OUTDATED,
        /** It has the packages. */
        READY
    }

    /** The interpreter. */
    Path python() {
        return folder.resolve("bin/python");
    }

    State state() {
        Path marker = folder.resolve(MARKER);
        if (!Files.isRegularFile(marker) || !Files.isExecutable(python())) {
            return State.MISSING;
        }
        try {
            return Files.readAllLines(marker).equals(dependencies) ? State.READY : State.OUTDATED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Creates the environment and installs the packages with pip. An environment that exists is replaced.
     *
     * @param python the interpreter that creates it: python3
     * @param console takes each line that pip prints
     * @throws IllegalArgumentException in one line if that fails
     */
    void create(String python, Consumer<String> console) {
        try {
            Files.deleteIfExists(folder.resolve(MARKER));
            Files.createDirectories(folder.getParent());
            run(List.of(python, "-m", "venv", "--clear", folder.toString()), console);
            List<String> pip = new ArrayList<>(List.of(python().toString(), "-m", "pip", "install"));
            pip.addAll(dependencies);
            run(pip, console);
            Files.write(folder.resolve(MARKER), dependencies);
        } catch (IOException e) {
            throw new IllegalArgumentException(folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void run(List<String> command, Consumer<String> console) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("PIP_DISABLE_PIP_VERSION_CHECK", "1", "PIP_NO_INPUT", "1"));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "peers need Python 3.11 or newer, and there is no " + command.getFirst() + " on the PATH", e);
        }
        List<String> last = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                console.accept(line);
                last.add(line.strip());
                if (last.size() > LAST_LINES) {
                    last.removeFirst();
                }
            }
            if (process.waitFor() != 0) {
                throw new IllegalArgumentException(
                        (command.contains("pip") ? "pip cannot install the packages: " : "no environment: ")
                                + reason(last, process.exitValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("interrupted", e);
        } finally {
            process.destroy();
        }
    }

    /** The line that says most: about the disk, the first of pip's errors, or the last one. */
    private String reason(List<String> lines, int status) {
        if (lines.stream().anyMatch(line -> line.contains("No space left on device"))) {
            return "the disk of " + folder + " is full";
        }
        return lines.stream()
                .filter(line -> line.startsWith("ERROR: "))
                .findFirst()
                .or(() -> lines.stream().filter(line -> !line.isEmpty()).reduce((_, line) -> line))
                .orElse("exit status " + status);
    }
}
