package chainrule.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs programs that install packages.
 *
 * @param folder where they install to
 * @param need what the user needs, for the message if there is no such program
 * @param error matches a line about an error; group 1 is what to tell the user
 * @param variables environment variables added to this process's own
 * @param console takes each line that they print
 */
record Installer(Path folder, String need, Pattern error, Map<String, String> variables, Consumer<String> console) {
    private static final int LAST_LINES = 40;
    private static final Pattern COLOR = Pattern.compile("\u001b\\[[0-9;]*m");

    /**
     * Runs a program until it ends.
     *
     * @param failure what to say if it fails, before its own reason
     * @throws IllegalArgumentException in one line if there is no such program or it fails
     */
    void run(String failure, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalArgumentException(need + ", and there is no " + command.getFirst() + " on the PATH", e);
        }
        List<String> last = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String plain = COLOR.matcher(line).replaceAll("");
                console.accept(plain);
                last.add(plain.strip());
                if (last.size() > LAST_LINES) {
                    last.removeFirst();
                }
            }
            if (process.waitFor() != 0) {
                throw new IllegalArgumentException(failure + ": " + reason(last, process.exitValue()));
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

    /** The line that says most: about the disk, the first about an error, or the last one. */
    private String reason(List<String> lines, int status) {
        if (lines.stream().anyMatch(line -> line.contains("No space left on device"))) {
            return "the disk of " + folder + " is full";
        }
        return lines.stream()
                .map(error::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .findFirst()
                .or(() -> lines.stream().filter(line -> !line.isEmpty()).reduce((_, line) -> line))
                .orElse("exit status " + status);
    }
}
