package chainrule.experiments.report.figure;

import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The colors of charts by role, light and dark. Charts are drawn in the light colors; in SVG each color is then
 * replaced by its CSS variable, so no two roles share a light color.
 */
public final class Palette {
    /** The name of the bundled font in SVG and CSS. */
    public static final String FONT_FAMILY = "ChartSans";

    /** The number of steps of a heat map's color scale. */
    static final int STEPS = 9;

    private static final int[] RAMP_LIGHT = {
        0xf4f6fa, 0xe0e9f7, 0xc6d8f2, 0xa6c3ea, 0x83aae0, 0x5d8dd3, 0x3b70c0, 0x2457a3, 0x143f80
    };
    private static final int[] RAMP_DARK = {
        0x1a1f28, 0x1d2b40, 0x21385a, 0x274876, 0x305b95, 0x4172b4, 0x5c8dcf, 0x80abe6, 0xabccf8
    };

    private static final SequencedMap<String, int[]> ROLES = roles();

    private Palette() {}

    private static SequencedMap<String, int[]> roles() {
        SequencedMap<String, int[]> roles = new LinkedHashMap<>();
        roles.put("ink", new int[] {0x1e2430, 0xe6e9ef});
        roles.put("muted", new int[] {0x5f6877, 0x9ba5b5});
        roles.put("axis", new int[] {0xaab1bd, 0x4b5464});
        roles.put("grid", new int[] {0xe6e9ee, 0x262c36});
        roles.put("surface", new int[] {0xfffffe, 0x12151a});
        roles.put("onramp", new int[] {0xfefeff, 0x0d1117});
        for (Hue hue : Hue.values()) {
            roles.put(name(hue), new int[] {hue.light, hue.dark});
        }
        for (int i = 0; i < STEPS; i++) {
            roles.put("ramp" + i, new int[] {RAMP_LIGHT[i], RAMP_DARK[i]});
        }
        return roles;
    }

    private static String name(Hue hue) {
        return hue.name().toLowerCase(java.util.Locale.ROOT);
    }

    static Color ink() {
        return role("ink");
    }

    static Color muted() {
        return role("muted");
    }

    static Color axis() {
        return role("axis");
    }

    static Color grid() {
        return role("grid");
    }

    static Color surface() {
        return role("surface");
    }

    static Color of(Hue hue) {
        return role(name(hue));
    }

    static Color ramp(int step) {
        return role("ramp" + step);
    }

    /** The color of letters on a step of the ramp. */
    static Color onRamp(int step) {
        return step < STEPS / 2 + 1 ? ink() : role("onramp");
    }

    private static Color role(String name) {
        return new Color(ROLES.get(name)[0]);
    }

    /** Replaces every light color in an SVG text by its CSS variable. */
    static String withVariables(String svg) {
        String result = svg;
        for (Map.Entry<String, int[]> role : ROLES.entrySet()) {
            int c = role.getValue()[0];
            String rgb = "rgb(" + (c >> 16) + "," + (c >> 8 & 255) + "," + (c & 255) + ")";
            result = result.replace(rgb, "var(--c-" + role.getKey() + ")");
        }
        return result;
    }

    /** The declarations of the variables for a light or a dark page, for the body of a CSS rule. */
    public static String css(boolean dark) {
        StringBuilder css = new StringBuilder();
        ROLES.forEach((name, c) -> css.append(String.format(Locale.ROOT, "--c-%s:#%06x;", name, c[dark ? 1 : 0])));
        return css.toString();
    }

    /** The {@code @font-face} rules of the charts' font, with the font embedded. */
    public static String fontFaces() {
        return face("Regular", 400) + face("SemiBold", 600);
    }

    private static String face(String style, int weight) {
        return String.format(
                Locale.ROOT,
                "@font-face{font-family:%s;font-weight:%d;src:url(data:font/ttf;base64,%s) format(\"truetype\")}\n",
                FONT_FAMILY,
                weight,
                Base64.getEncoder().encodeToString(fontFile(style)));
    }

    static byte[] fontFile(String style) {
        try (InputStream in = Palette.class.getResourceAsStream("ChartSans-" + style + ".ttf")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
