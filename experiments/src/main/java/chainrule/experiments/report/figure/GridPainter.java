package chainrule.experiments.report.figure;

import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.List;

/** Draws {@link PictureGrid} as a PNG file. */
final class GridPainter {
    private static final int MARGIN = 14;
    private static final int GAP = 12;
    private static final int TITLE = 34;
    private static final int LINE = 15;
    private static final int LEAST_WIDTH = 72;
    private static final int CAPTION = 11;
    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

    private GridPainter() {}

    static byte[] png(PictureGrid grid) {
        List<Picture> pictures = grid.pictures();
        int columns = grid.columns() > 0 ? grid.columns() : Math.clamp(pictures.size(), 1, 8);
        int rows = (pictures.size() + columns - 1) / columns;
        int width = pictures.stream().mapToInt(GridPainter::cellWidth).max().orElse(LEAST_WIDTH);
        int height = pictures.stream().mapToInt(GridPainter::shownHeight).max().orElse(LEAST_WIDTH);
        int lines =
                pictures.stream()
                        .mapToInt(p -> p.caption().isEmpty() ? 0 : p.caption().split("\n").length)
                        .max()
                        .orElse(0);
        int cell = height + 6 + LINE * lines;
        Chart.Size size =
                new Chart.Size(
                        Math.max(2 * MARGIN + columns * (width + GAP) - GAP, 320),
                        2 * MARGIN + TITLE + rows * (cell + GAP) - GAP);
        return Canvas.png(
                size,
                g -> {
                    g.setColor(Palette.ink());
                    g.setFont(Canvas.semiBold(16));
                    g.drawString(grid.title(), MARGIN, MARGIN + 14);
                    for (int i = 0; i < pictures.size(); i++) {
                        int x = MARGIN + i % columns * (width + GAP);
                        int y = MARGIN + TITLE + i / columns * (cell + GAP);
                        draw(g, pictures.get(i), x, y, width, height);
                    }
                });
    }

    private static int factor(Picture picture) {
        return Math.max(1, Math.ceilDiv(LEAST_WIDTH, picture.width()));
    }

    private static int shownWidth(Picture picture) {
        return picture.width() * factor(picture);
    }

    /** Wide enough for the caption too. */
    private static int cellWidth(Picture picture) {
        Rectangle2D caption =
                picture.caption()
                        .lines()
                        .map(line -> Canvas.font(CAPTION).getStringBounds(line, CONTEXT))
                        .max(Comparator.comparingDouble(Rectangle2D::getWidth))
                        .orElse(new Rectangle2D.Double());
        return Math.max(shownWidth(picture), (int) Math.ceil(caption.getWidth()));
    }

    private static int shownHeight(Picture picture) {
        return picture.height() * factor(picture);
    }

    private static void draw(Graphics2D g, Picture picture, int x, int y, int width, int height) {
        BufferedImage image = Canvas.image(picture);
        g.drawImage(image, x + (width - shownWidth(picture)) / 2, y, shownWidth(picture), shownHeight(picture), null);
        g.setFont(Canvas.font(CAPTION));
        g.setColor(Palette.muted());
        FontMetrics metrics = g.getFontMetrics();
        String[] lines = picture.caption().split("\n");
        for (int i = 0; i < lines.length; i++) {
            int indent = Math.max(0, (width - metrics.stringWidth(lines[i])) / 2);
            g.drawString(lines[i], x + indent, y + height + LINE * (i + 1));
        }
    }
}
