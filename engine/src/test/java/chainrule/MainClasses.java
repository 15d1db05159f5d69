package chainrule;

import chainrule.tensor.Op;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The classes of the engine, as compiled: for tests that list missing ones. */
public final class MainClasses {
    private MainClasses() {}

    /** All classes of the engine that are of that type and not abstract, by name. */
    public static <T> List<Class<? extends T>> of(Class<T> type) {
        try {
            Path root = Path.of(Op.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (Stream<Path> files = Files.walk(root)) {
                return files.map(file -> root.relativize(file).toString())
                        .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                        .sorted()
                        .map(file -> load(file.substring(0, file.length() - ".class".length())))
                        .filter(c -> type.isAssignableFrom(c) && !Modifier.isAbstract(c.getModifiers()))
                        .<Class<? extends T>>map(c -> c.asSubclass(type))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> load(String file) {
        try {
            return Class.forName(file.replace('/', '.').replace('\\', '.'), false, MainClasses.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
