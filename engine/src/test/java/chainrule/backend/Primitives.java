package chainrule.backend;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of the methods of {@link Backend}, for tests that list missing ones. */
public final class Primitives {
    /** Identity and memory: they compute nothing. */
    private static final Set<String> NOT_COMPUTING =
            Set.of(
                    "name",
                    "description",
                    "unitRoundoff",
                    "synchronize",
                    "close",
                    "memory",
                    "openScope",
                    "allocate",
                    "zeros",
                    "inPlaceGradients");

    private Primitives() {}

    /** The methods that a user calls or a backend implements; not those with which tools observe a backend. */
    static Stream<Method> methods() {
        return Stream.of(Backend.class.getDeclaredMethods())
                .filter(m -> !m.isSynthetic())
                .filter(m -> !Set.of("families", "transfers").contains(m.getName()))
                .filter(m -> Modifier.isPublic(m.getModifiers()) || Modifier.isProtected(m.getModifiers()));
    }

    private static Set<String> names(Predicate<String> wanted) {
        return methods().map(Method::getName).filter(wanted).collect(Collectors.toCollection(TreeSet::new));
    }

    /** All of them. */
    static Set<String> all() {
        return names(_ -> true);
    }

    /** Those that move elements between host and device. */
    public static Set<String> transfers() {
        return Set.of("upload", "wrap", "download", "scalar", "scalars", "statistics");
    }

    /** Those that compute on the device. */
    public static Set<String> computing() {
        return names(name -> !NOT_COMPUTING.contains(name) && !transfers().contains(name));
    }
}
