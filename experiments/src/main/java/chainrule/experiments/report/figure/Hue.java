package chainrule.experiments.report.figure;

/**
 * The colors of series. Each has one shade for a light page and one for a dark page. On a chart with markers each also
 * has its own marker, so that series do not differ by color alone.
 */
public enum Hue {
    /** ReLU's color. */
    BLUE(0x2464c9, 0x6ea8ff),
    /** The hyperbolic tangent's color. */
    ORANGE(0xe07b0a, 0xffa552),
    /** The sigmoid's color. */
    GREEN(0x17855a, 0x4cc38a),
    /** LeCun's color. */
    RED(0xc8323c, 0xff7278),
    /** Leaky ReLU's color. */
    PURPLE(0x7a48c6, 0xb694ff),
    CYAN(0x1893ad, 0x4fcbe2),
    PINK(0xcf4f9e, 0xf793cb),
    GOLD(0x9c7800, 0xe3bf45),
    BROWN(0x8b5a3a, 0xd3a685),
    /** For baselines and for line styles in a legend. */
    GREY(0x6b7280, 0xa3abb8);

    final int light;
    final int dark;

    Hue(int light, int dark) {
        this.light = light;
        this.dark = dark;
    }

    /**
     * The fixed color of an activation function, by any usual spelling: ReLU blue, tanh orange, sigmoid green, LeCun
     * red, leaky ReLU purple, anything else gray.
     */
    public static Hue ofActivation(String activation) {
        return switch (activation.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z]", "")) {
            case "relu" -> BLUE;
            case "tanh" -> ORANGE;
            case "sigmoid", "logistic" -> GREEN;
            case "lecun", "lecuntanh", "scaledtanh" -> RED;
            case "leakyrelu" -> PURPLE;
            default -> GREY;
        };
    }

    /** The color of the i-th series, from 0; the nine hues except gray repeat. */
    public static Hue cycle(int i) {
        return values()[Math.floorMod(i, values().length - 1)];
    }
}
