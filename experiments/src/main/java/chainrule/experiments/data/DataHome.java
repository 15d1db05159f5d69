package chainrule.experiments.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The folder where data sets that do not ship with the project are kept for all runs of one user: {@code $CHAINRULE_DATA},
 * or the folder "chainrule" where the operating system wants files that can be fetched again.
 *
 * <p>That is {@code ~/Library/Caches} on macOS, {@code %LOCALAPPDATA%} on Windows, {@code $XDG_CACHE_HOME} or {@code
 * ~/.cache} elsewhere.
 *
 * @see <a href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG base directory specification</a>
 */
public final class DataHome {
    /** The environment variable that names the folder. */
    public static final String VARIABLE = "CHAINRULE_DATA";

    private DataHome() {}

    /** The folder of the current user; it need not exist yet. */
    public static Path folder() {
        return folder(System::getenv, System::getProperty);
    }

    /**
     * @param environment what a variable of the environment is, or null
     * @param properties what a property of the Java platform is
     */
    static Path folder(UnaryOperator<String> environment, UnaryOperator<String> properties) {
        String named = environment.apply(VARIABLE);
        if (named != null && !named.isBlank()) {
            return Path.of(named).toAbsolutePath();
        }
        return caches(environment, properties).resolve("chainrule");
    }

    private static Path caches(UnaryOperator<String> environment, UnaryOperator<String> properties) {
        Path home = Path.of(properties.apply("user.home"));
        String system = properties.apply("os.name").toLowerCase(Locale.ROOT);
        if (system.startsWith("mac")) {
            return home.resolve("Library", "Caches");
        }
        boolean windows = system.startsWith("windows");
        String named = environment.apply(windows ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
        if (named != null && Path.of(named).isAbsolute()) { // a relative one counts as unset, says the specification
            return Path.of(named);
        }
        return windows ? home.resolve("AppData", "Local") : home.resolve(".cache");
    }
}
