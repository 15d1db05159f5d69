package chainrule.bench.worker;

import chainrule.bench.contender.Contender;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Contenders that are backends of this project. */
public final class OwnBackend {
    private static final List<String> FLAGS =
            List.of("-X", "--add-modules", "--enable-native-access", "--sun-misc-unsafe", "--add-opens");

    private OwnBackend() {}

    /** A backend of this build, in a JVM with the flags of this one. */
    public static Contender named(String backend, int threads, String device) {
        List<String> command = command(Worker.class, backend);
        return new Contender(Contender.name(backend, threads), backend, threads, device, command, Map.of());
    }

    /** The command line of a program of this build, in a JVM with the flags of this one. */
    public static List<String> command(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The flags of this JVM that matter for speed. */
    public static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> FLAGS.stream().anyMatch(flag::startsWith))
                .toList();
    }
}
