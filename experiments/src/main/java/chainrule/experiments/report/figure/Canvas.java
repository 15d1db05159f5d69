package chainrule.experiments.report.figure;

import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/** Renders a drawing on a {@link Graphics2D} as SVG text or a PNG file. */
final class Canvas {
    private static final double PNG_SCALE = 2;
    private static final String SVG_NAMESPACE = "http://www.w3.org/2000/svg";

    private static final Map<RenderingHints.Key, Object> HINTS =
            Map.of(
                    RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON,
                    RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON,
                    RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON,
                    RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);

    private Canvas() {}

    static Font font(double size) {
        return Drawing.regular().deriveFont((float) size);
    }

    static Font semiBold(double size) {
        return Drawing.semiBold().deriveFont((float) size);
    }

    /** The metrics of a font on a PNG. */
    static FontMetrics metrics(Font font) {
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        g.addRenderingHints(HINTS);
        FontMetrics metrics = g.getFontMetrics(font);
        g.dispose();
        return metrics;
    }

    /**
     * Draws as an {@code <svg>} element that scales with its container.
     *
     * @param id prefix of the ids inside, unique on the page
     * @param label the drawing's accessible name
     */
    static String svg(String id, Chart.Size size, String label, Consumer<Graphics2D> drawing) {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(emptyDocument());
        context.setComment("");
        context.setPrecision(2);
        context.setIDGenerator(new PrefixedIds(id));
        SVGGraphics2D g = new SVGGraphics2D(context, false);
        g.addRenderingHints(HINTS);
        drawing.accept(g);
        Element root = g.getRoot();
        root.setAttribute("viewBox", "0 0 " + size.width() + " " + size.height());
        root.setAttribute("style", "max-width:" + size.width() * 9 / 8 + "px");
        root.setAttribute("role", "img");
        root.setAttribute("aria-label", label);
        StringWriter out = new StringWriter();
        try {
            g.stream(root, out, false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String text = out.toString();
        return Palette.withVariables(tidy(text.substring(text.indexOf("<svg"))));
    }

    /** Names the font by family and weight, as the page does, and drops redundant markup. */
    private static String tidy(String svg) {
        return svg.replaceAll("font-family=\"&apos;([^\"]*)SemiBold([^\"]*)&apos;\"", semiBoldAttributes())
                .replaceAll("font-family=\"&apos;[^\"]*&apos;\"", regularAttributes())
                .replaceAll("font-family=\"'[^\"]*SemiBold[^\"]*'\"", semiBoldAttributes())
                .replaceAll("font-family=\"'[^\"]*'\"", regularAttributes())
                .replace(" xml:space=\"preserve\"", "")
                .replaceAll("\\n\\s*(/?>)", "$1")
                .replace("<!---->", "")
                .replace("<defs id=\"genericDefs\"/>", "")
                .strip();
    }

    private static String regularAttributes() {
        return "font-family=\"" + Palette.FONT_FAMILY + "\"";
    }

    private static String semiBoldAttributes() {
        return regularAttributes() + " font-weight=\"600\"";
    }

    private static Document emptyDocument() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG_NAMESPACE, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Draws on the light surface, as a PNG file. */
    static byte[] png(Chart.Size size, Consumer<Graphics2D> drawing) {
        return png(size, PNG_SCALE, drawing);
    }

    /** The same with {@code scale} pixels per CSS pixel. */
    static byte[] png(Chart.Size size, double scale, Consumer<Graphics2D> drawing) {
        BufferedImage image =
                new BufferedImage(
                        (int) (size.width() * scale), (int) (size.height() * scale), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.addRenderingHints(HINTS);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        g.scale(scale, scale);
        drawing.accept(g);
        g.dispose();
        return png(image);
    }

    static String dataUri(Picture picture) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(image(picture)));
    }

    static BufferedImage image(Picture picture) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        for (int i = 0; i < picture.width() * picture.height(); i++) {
            int pixel = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255;
            image.setRGB(i % picture.width(), i / picture.width(), pixel);
        }
        return image;
    }

    private static byte[] png(BufferedImage image) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.setUseCache(false);
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Numbers the ids from 1 after a prefix. */
    private static final class PrefixedIds extends SVGIDGenerator {
        private final String prefix;
        private final AtomicInteger count = new AtomicInteger();

        PrefixedIds(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public String generateID(String kind) {
            return prefix + "-" + kind + count.incrementAndGet();
        }
    }
}
