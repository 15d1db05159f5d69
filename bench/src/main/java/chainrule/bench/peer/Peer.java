package chainrule.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A library that trains the same nets, described by comments in its file:
 *
 * <pre>
 *   # /// script
 *   # dependencies = ["torch==2.13.0", "numpy==2.4.6"]
 *   # ///
 *   # chainrule-peer: pytorch-tuned tuned MALLOC_TOP_PAD_=268435456 — PyTorch, tuned
 * </pre>
 *
 * <p>The first three lines are inline script metadata (PEP 723): the packages of the file, with their versions. Each line
 * that begins with "chainrule-peer:" is a peer: its name, then arguments of the program and environment variables, then what
 * it is. A file may describe several peers, which share an environment. In files of other languages the comments may begin
 * with {@code //}; in a file of Java the packages are Maven coordinates:
 *
 * <pre>
 *   // /// script
 *   // dependencies = ["ai.djl:api:0.36.0", "ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64"]
 *   // ///
 *   // chainrule-peer: djl — Deep Java Library
 * </pre>
 *
 * @param name what the user calls it
 * @param description one line
 * @param file the program
 * @param arguments the program's arguments
 * @param variables environment variables of its process
 * @param dependencies the packages, each as NAME==VERSION or, for Java, GROUP:ARTIFACT:VERSION or
 *     GROUP:ARTIFACT:VERSION:CLASSIFIER
 */
record Peer(
        String name,
        String description,
        Path file,
        List<String> arguments,
        Map<String, String> variables,
        List<String> dependencies) {
    private static final Pattern LINE = Pattern.compile("^(?:#|//) chainrule-peer:[ \\t]*(.*)$", Pattern.MULTILINE);

    private static final Pattern PARTS = Pattern.compile("([\\w.-]+)((?: +\\S+)*?) +— +(\\S.*)");
    private static final Pattern VARIABLE = Pattern.compile("([A-Z][A-Z0-9_]*)=(.*)");
    private static final Pattern SCRIPT =
            Pattern.compile("^(?:#|//) /// script\\s*\\n(.*?)^(?:#|//) ///\\s*$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern DEPENDENCIES =
            Pattern.compile("\\bdependencies\\s*=\\s*\\[((?:\\s*\"[^\"]*\"\\s*,?)*)\\s*\\]");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern PINNED = Pattern.compile("[\\w.\\[\\],-]+==[\\w.+!-]+");
    private static final Pattern COORDINATES =
            Pattern.compile("[\\w.-]+:[\\w.-]+:\\d[\\w.+-]*(?<!-SNAPSHOT)(?::[\\w.-]+)?");

    Peer {
        arguments = List.copyOf(arguments);
        variables = Map.copyOf(variables);
        dependencies = List.copyOf(dependencies);
    }

    /**
     * The peers that a file describes; none if it is no text or has no line that describes one.
     *
     * @throws IllegalArgumentException naming the file, if a description cannot be read
     */
    static List<Peer> read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (MalformedInputException _) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Peer> peers = new ArrayList<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            Matcher parts = PARTS.matcher(line.group(1).strip());
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        file
                                + ": 'chainrule-peer: "
                                + line.group(1).strip()
                                + "': expected a name, arguments if any, and ' — ' before a description");
            }
            List<String> arguments = new ArrayList<>();
            Map<String, String> variables = new LinkedHashMap<>();
            Arrays.stream(parts.group(2).split(" "))
                    .filter(word -> !word.isEmpty())
                    .forEach(
                            word -> {
                                Matcher variable = VARIABLE.matcher(word);
                                if (variable.matches()) {
                                    variables.put(variable.group(1), variable.group(2));
                                } else {
                                    arguments.add(word);
                                }
                            });
            peers.add(
                    new Peer(
                            parts.group(1),
                            parts.group(3).strip(),
                            file,
                            arguments,
                            variables,
                            dependencies(file, text)));
        }
        return peers;
    }

    private static List<String> dependencies(Path file, String text) {
        Matcher script = SCRIPT.matcher(text);
        if (!script.find()) {
            return List.of();
        }
        Matcher list = DEPENDENCIES.matcher(script.group(1).replaceAll("(?m)^(?:#|//) ?", ""));
        if (!list.find()) {
            throw new IllegalArgumentException(
                    file + ": the script block has no list such as dependencies = [\"torch==2.13.0\"]");
        }
        boolean java = java(file);
        List<String> dependencies = QUOTED.matcher(list.group(1)).results().map(quoted -> quoted.group(1)).toList();
        dependencies.stream()
                .filter((java ? COORDINATES : PINNED).asMatchPredicate().negate())
                .findFirst()
                .ifPresent(
                        dependency -> {
                            throw new IllegalArgumentException(
                                    file
                                            + ": dependency '"
                                            + dependency
                                            + "': expected a package with its version, "
                                            + (java ? "GROUP:ARTIFACT:VERSION" : "NAME==VERSION"));
                        });
        return dependencies;
    }

    private static boolean java(Path file) {
        return file.getFileName().toString().endsWith(".java");
    }

    /** The environment that all peers of the file share; none if the file is neither Python nor Java. */
    Optional<Environment> environment() {
        String name = file.getFileName().toString();
        Path folder = file.resolveSibling("environments").resolve(name.replaceFirst("\\.\\w+$", ""));
        if (java(file)) {
            return Optional.of(new JavaEnvironment(folder, dependencies));
        }
        return name.endsWith(".py") ? Optional.of(new PythonEnvironment(folder, dependencies)) : Optional.empty();
    }

    /** Whether it can be started. */
    Environment.State state() {
        return environment().map(Environment::state).orElse(Environment.State.READY);
    }

    /** The packages and their versions, for people. */
    String versions() {
        return environment().map(Environment::versions).orElse("");
    }
}
