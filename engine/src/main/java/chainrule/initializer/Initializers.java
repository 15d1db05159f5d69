package chainrule.initializer;

import java.util.List;
import java.util.Locale;

/** Looks up initializers by name. */
public final class Initializers {
    private static final List<Initializer> ALL =
            List.of(
                    VarianceScaling.glorotUniform(),
                    VarianceScaling.glorotNormal(),
                    VarianceScaling.heUniform(),
                    VarianceScaling.heNormal(),
                    VarianceScaling.lecunUniform(),
                    VarianceScaling.lecunNormal(),
                    VarianceScaling.fanInUniform(),
                    new Orthogonal(),
                    Constant.ZEROS);

    private Initializers() {}

    /** Returns all names that {@link #named} accepts; a family name alone ("he") selects its uniform variant. */
    public static List<String> names() {
        return ALL.stream().map(Initializer::name).toList();
    }

    /**
     * Returns the initializer of that name.
     *
     * @throws IllegalArgumentException listing the known names
     */
    public static Initializer named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return ALL.stream()
                .filter(i -> i.name().equals(wanted) || i.name().equals(wanted + "-uniform"))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "unknown initializer '"
                                                + name
                                                + "', expected one of "
                                                + String.join(", ", names())));
    }
}
