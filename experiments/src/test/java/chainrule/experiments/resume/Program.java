package chainrule.experiments.resume;

import chainrule.experiments.Main;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line as a process of its own, to be killed. What it prints goes to a file. */
public final class Program {
    private final Path log;
    private final List<String> jvmOptions;

    public Program(Path log, String... jvmOptions) {
        this.log = log;
        this.jvmOptions = List.of(jvmOptions);
    }

    Process start(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // a process that lives for a second or two is not worth an optimising compiler
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it to its end and returns the exit status. */
    public int run(List<String> arguments) throws InterruptedException {
        return start(arguments).waitFor();
    }

    /** Everything printed so far, by all its processes. */
    public String printed() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
