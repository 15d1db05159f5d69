package chainrule.experiments.report.figure;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The bundled font, and whether Java can draw with it on this machine. System fonts are not needed: on Linux, Java
 * asks fontconfig for the system fonts before it draws the first letter and fails if there are none, so this class
 * configures the bundled font as the only one.
 */
public final class Drawing {
    /** The system property that names a file with the fonts, which Java reads instead of asking fontconfig. */
    private static final String FONTS_FILE = "sun.awt.fontconfig";

    private static final Font REGULAR;
    private static final Font SEMI_BOLD;
    private static final String UNAVAILABLE;

    static {
        Font regular = null;
        Font semiBold = null;
        String unavailable = null;
        try {
            System.getProperties().putIfAbsent("java.awt.headless", "true");
            if (System.getProperty("os.name").equals("Linux") && System.getProperty(FONTS_FILE) == null) {
                useNoOtherFonts();
            }
            regular = read("Regular");
            semiBold = read("SemiBold");
            measure(regular);
        } catch (IOException e) {
            unavailable =
                    "the font cannot be copied to the folder for temporary files, "
                            + System.getProperty("java.io.tmpdir")
                            + "; name one that can be written, for example JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=$HOME";
        } catch (FontFormatException | LinkageError | InternalError e) {
            unavailable =
                    "Java2D does not start ("
                            + e.getMessage()
                            + "); install the library FreeType (Debian, Ubuntu: apt-get install libfreetype6;"
                            + " Fedora: dnf install freetype)";
        }
        REGULAR = regular;
        SEMI_BOLD = semiBold;
        UNAVAILABLE = unavailable;
    }

    private Drawing() {}

    /** Why nothing can be drawn on this machine and what to do about it, in one line; empty if Java can draw. */
    public static Optional<String> unavailableReason() {
        return Optional.ofNullable(UNAVAILABLE);
    }

    static Font regular() {
        return available(REGULAR);
    }

    static Font semiBold() {
        return available(SEMI_BOLD);
    }

    private static Font available(Font font) {
        if (UNAVAILABLE != null) {
            throw new IllegalStateException(UNAVAILABLE);
        }
        return font;
    }

    private static Font read(String style) throws IOException, FontFormatException {
        return Font.createFont(Font.TRUETYPE_FONT, new ByteArrayInputStream(Palette.fontFile(style)));
    }

    private static void measure(Font font) {
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        g.getFontMetrics(font).stringWidth("x");
        g.dispose();
    }

    /** Maps all logical fonts of Java to the bundled one. The files are needed until the program ends. */
    private static void useNoOtherFonts() throws IOException {
        Path font = temporary(".ttf", Palette.fontFile("Regular"));
        Properties fonts = new Properties();
        fonts.setProperty("version", "1");
        fonts.setProperty("sequence.allfonts", "latin-1");
        fonts.setProperty("filename." + Palette.FONT_FAMILY, font.toString());
        for (String family : List.of("dialog", "dialoginput", "monospaced", "sansserif", "serif")) {
            for (String style : List.of("plain", "bold", "italic", "bolditalic")) {
                fonts.setProperty(family + "." + style + ".latin-1", Palette.FONT_FAMILY);
            }
        }
        Path file = temporary(".properties", new byte[0]);
        try (OutputStream out = Files.newOutputStream(file)) {
            fonts.store(out, null);
        }
        System.setProperty(FONTS_FILE, file.toString());
    }

    private static Path temporary(String ending, byte[] content) throws IOException {
        Path file = Files.createTempFile("chainrule-", ending);
        file.toFile().deleteOnExit();
        return Files.write(file, content);
    }
}
