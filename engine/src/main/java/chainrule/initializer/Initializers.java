package chainrule.initializer;

import java.util.List;
import java.util.Locale;

/** The initialisers by name. */
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

    /** Every name {@link #named} knows; a family name alone ("he") means its uniform form. */
    public static List<String> names() {
        return ALL.stream().map(Initializer::name).toList();
    }

    /**
     * The initialiser of that name.
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
