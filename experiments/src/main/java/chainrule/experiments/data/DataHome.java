package chainrule.experiments.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The folder for data sets that do not ship with the project: {@code $CHAINRULE_DATA}, or the folder "chainrule" in
 * the cache folder of the operating system.
 *
 * <p>The cache folder is {@code ~/Library/Caches} on macOS, {@code %LOCALAPPDATA%} on Windows, {@code $XDG_CACHE_HOME}
 * or {@code ~/.cache} elsewhere.
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
     * @param environment looks up an environment variable; null if it is not set
     * @param properties looks up a Java system property
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
        if (named != null && Path.of(named).isAbsolute()) { // by the specification, a relative path counts as unset
            return Path.of(named);
        }
        return windows ? home.resolve("AppData", "Local") : home.resolve(".cache");
    }
}
