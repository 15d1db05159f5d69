package chainrule.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A folder with the packages that a peer's file names. */
sealed interface Environment permits PythonEnvironment, JavaEnvironment {
    /** Written after all packages are installed: the list of them, one a line. */
    String MARKER = "dependencies.txt";

    /** Whether the environment can be used. */
    enum State {
        /** It does not exist, or was not finished. */
        MISSING,
        /** It has the packages of another version of the peer's file. */
        OUTDATED,
        /** It has the packages. */
        READY
    }

    /**
     * The programs that install packages.
     *
     * @param python the interpreter that creates environments of Python: python3
     * @param maven Maven's program: mvn
     */
    record Programs(String python, String maven) {
        /** The programs on the PATH. */
        static final Programs DEFAULT = new Programs("python3", "mvn");
    }

    /** The environment. */
    Path folder();

    /** The packages, each with its version. */
    List<String> dependencies();

    /** The packages and their versions, for people. */
    String versions();

    /** False if a part is missing without which no peer starts. */
    boolean complete();

    /** Installs the packages. An environment that exists is replaced. */
    void install(Programs programs, Consumer<String> console) throws IOException;

    /** Compares the environment with the packages that the file names. */
    default State state() {
        Path marker = folder().resolve(MARKER);
        if (!Files.isRegularFile(marker) || !complete()) {
            return State.MISSING;
        }
        try {
            return Files.readAllLines(marker).equals(dependencies()) ? State.READY : State.OUTDATED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Creates the environment. One that exists is replaced.
     *
     * @param console takes each line that the installing program prints
     * @throws IllegalArgumentException in one line if that fails
     */
    default void create(Programs programs, Consumer<String> console) {
        try {
            Files.deleteIfExists(folder().resolve(MARKER));
            Files.createDirectories(folder().getParent());
            install(programs, console);
            Files.write(folder().resolve(MARKER), dependencies());
        } catch (IOException e) {
            throw new IllegalArgumentException(folder() + " cannot be written: " + e.getMessage(), e);
        }
    }
}
