package chainrule.bench.ab;

import chainrule.bench.contender.Contender;
import chainrule.bench.worker.OwnBackend;
import chainrule.bench.worker.Worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A build of the project.
 *
 * @param name as on the command line: "HEAD~1"
 * @param version the commit, or the folder
 * @param java the JDK's program
 * @param classPath its classes and libraries
 */
record Build(String name, String version, String java, String classPath) {
    private static final int SHORT = 10;
    private static final List<String> MODULES = List.of("engine", "kernels", "experiments", "bench");

    /**
     * The build of a commit or a folder.
     *
     * @param home the project's folder
     * @param builds where clones of commits are built, and kept for the next time
     * @throws IllegalArgumentException if there is no such commit, it does not build, or it is too old to be measured
     */
    static Build of(String name, Path home, Path builds) {
        if (Files.isDirectory(Path.of(name))) {
            return built(name, name, Path.of(name).toAbsolutePath().normalize());
        }
        Result commit = run(home, "git", "rev-parse", "--verify", "--quiet", name + "^{commit}");
        if (commit.status != 0) {
            throw new IllegalArgumentException("'" + name + "' is neither a commit nor a folder");
        }
        String version = commit.output.strip();
        Path clone = builds.resolve(version.substring(0, SHORT)).toAbsolutePath();
        if (Files.notExists(clone.resolve("run"))) {
            Result cloned =
                    run(
                            home,
                            "git",
                            "clone",
                            "--quiet",
                            "--no-checkout",
                            "--shared",
                            home.toString(),
                            clone.toString());
            Result checkedOut =
                    cloned.status == 0 ? run(clone, "git", "checkout", "--quiet", "--detach", version) : cloned;
            if (checkedOut.status != 0) {
                throw new IllegalArgumentException("commit " + version + " cannot be cloned: " + checkedOut.lastLine());
            }
        }
        return built(name, version.substring(0, SHORT), clone);
    }

    private static Build built(String name, String version, Path folder) {
        if (Files.notExists(folder.resolve("run"))) {
            throw new IllegalArgumentException(folder + " is not a folder of this project: it has no script named run");
        }
        System.out.println("building " + name + " ...");
        Result build = run(folder, folder.resolve("run").toString(), "bench", "--help");
        if (build.status != 0) {
            throw new IllegalArgumentException(name + " does not build: " + build.lastLine());
        }
        Path record = folder.resolve("bench/target/run");
        try {
            String java =
                    Files.readAllLines(record.resolve("jdk")).stream()
                            .filter(line -> line.strip().startsWith("java.home = "))
                            .map(line -> line.substring(line.indexOf('=') + 1).strip())
                            .findFirst()
                            .orElseThrow(() -> new IOException("no java.home in " + record.resolve("jdk")));
            String classes =
                    MODULES.stream()
                            .map(module -> folder.resolve(module).resolve("target/classes").toString())
                            .collect(Collectors.joining(":"));
            String worker = Worker.class.getName().replace('.', '/') + ".class";
            if (Files.notExists(folder.resolve("bench/target/classes").resolve(worker))) {
                throw new IllegalArgumentException(
                        name + " (" + version + ") is older than this command: it has no " + Worker.class.getName());
            }
            return new Build(
                    name,
                    version,
                    Path.of(java, "bin", "java").toString(),
                    classes + ":" + Files.readString(record.resolve("libraries")).strip());
        } catch (IOException e) {
            throw new IllegalArgumentException(name + " was not built: " + e.getMessage(), e);
        }
    }

    /** A backend of this build. */
    Contender contender(String label, String backend, int threads, String device) {
        List<String> command = new ArrayList<>();
        command.add(java);
        command.addAll(OwnBackend.flags());
        command.addAll(List.of("-cp", classPath, Worker.class.getName(), backend));
        return new Contender(label, backend, threads, device, command, Map.of());
    }

    private record Result(int status, String output) {
        String lastLine() {
            List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
            return lines.isEmpty() ? "exit status " + status : lines.getLast().strip();
        }
    }

    private static Result run(Path folder, String... command) {
        try {
            Process process =
                    new ProcessBuilder(Stream.of(command).toList())
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new IllegalArgumentException(command[0] + " cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
