package chainrule.bench.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A virtual environment of Python.
 *
 * @param dependencies the packages, each as NAME==VERSION
 */
record PythonEnvironment(Path folder, List<String> dependencies) implements Environment {
    private static final Map<String, String> VARIABLES =
            Map.of("PIP_DISABLE_PIP_VERSION_CHECK", "1", "PIP_NO_INPUT", "1");
    private static final Pattern ERROR = Pattern.compile("(ERROR: .*)");

    /** The interpreter. */
    Path python() {
        return folder.resolve("bin/python");
    }

    @Override
    public boolean complete() {
        return Files.isExecutable(python());
    }

    @Override
    public String versions() {
        return String.join(", ", dependencies).replace("==", " ");
    }

    @Override
    public void install(Programs programs, Consumer<String> console) {
        Installer installer =
                new Installer(folder, "peers in Python need Python 3.11 or newer", ERROR, VARIABLES, console);
        installer.run("no environment", List.of(programs.python(), "-m", "venv", "--clear", folder.toString()));
        List<String> pip = new ArrayList<>(List.of(python().toString(), "-m", "pip", "install"));
        pip.addAll(dependencies);
        installer.run("pip cannot install the packages", pip);
    }
}
