package chainrule.experiments.resume;

import chainrule.experiments.Main;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs the command line in a separate process that can be killed. Its output goes to a file. */
public final class Program {
    private final Path log;
    private final List<String> jvmOptions;
    private final Map<String, String> environment = new HashMap<>();
    private Class<?> main = Main.class;
    private boolean errorsOnly;

    public Program(Path log, String... jvmOptions) {
        this.log = log;
        this.jvmOptions = List.of(jvmOptions);
    }

    /** Sets an environment variable. */
    public Program environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Runs another main class. */
    public Program main(Class<?> other) {
        main = other;
        return this;
    }

    /** Keeps only its standard error. */
    public Program errorsOnly() {
        errorsOnly = true;
        return this;
    }

    Process start(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // an optimizing compiler does not pay off for a process of a second or two
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        try {
            ProcessBuilder process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(!errorsOnly)
                            .redirectOutput(errorsOnly ? ProcessBuilder.Redirect.DISCARD : toLog())
                            .redirectError(toLog());
            process.environment().putAll(environment);
            return process.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder.Redirect toLog() {
        return ProcessBuilder.Redirect.appendTo(log.toFile());
    }

    /** Waits for its end and returns the exit status. */
    public int run(List<String> arguments) throws InterruptedException {
        return start(arguments).waitFor();
    }

    /** The output of all processes so far. */
    public String printed() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
