package chainrule.experiments.report.figure;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Draws a {@link PictureGrid} as a PNG file. */
final class GridPainter {
    private static final int MARGIN = 14;
    private static final int GAP = 12;
    private static final int TITLE = 34;
    private static final int LINE = 15;
    private static final int LEAST_WIDTH = 72;

    /** Captions are wrapped at this width or that of their picture. */
    private static final int MOST_CAPTION = 120;

    private static final Font CAPTION = Canvas.font(11);
    private static final Font HEADING = Canvas.semiBold(16);

    private final PictureGrid grid;
    private final FontMetrics metrics = Canvas.metrics(CAPTION);
    private final String heading;
    private final List<List<String>> captions;
    private final int columns;
    private final int width;
    private final int height;
    private final int cell;

    private GridPainter(PictureGrid grid) {
        List<Picture> pictures = grid.pictures();
        this.grid = grid;
        this.heading = Glyphs.spelled(HEADING, grid.title());
        this.columns = grid.columns() > 0 ? grid.columns() : Math.clamp(pictures.size(), 1, 8);
        int widest = pictures.stream().mapToInt(GridPainter::shownWidth).max().orElse(LEAST_WIDTH);
        this.captions =
                pictures.stream()
                        .map(p -> wrapped(Glyphs.spelled(CAPTION, p.caption()), Math.max(widest, MOST_CAPTION)))
                        .toList();
        int letters =
                captions.stream()
                        .flatMap(List::stream)
                        .mapToInt(line -> (int) Math.ceil(measure(line)))
                        .max()
                        .orElse(0);
        this.width = Math.max(widest, letters);
        this.height = pictures.stream().mapToInt(GridPainter::shownHeight).max().orElse(LEAST_WIDTH);
        this.cell = height + 6 + LINE * captions.stream().mapToInt(List::size).max().orElse(0);
    }

    static byte[] png(PictureGrid grid) {
        GridPainter painter = new GridPainter(grid);
        return Canvas.png(painter.size(), painter::draw);
    }

    /** The positions of all caption lines in the picture. */
    static List<Rectangle2D> captionBoxes(PictureGrid grid) {
        GridPainter painter = new GridPainter(grid);
        List<Rectangle2D> boxes = new ArrayList<>();
        for (int i = 0; i < painter.captions.size(); i++) {
            for (int line = 0; line < painter.captions.get(i).size(); line++) {
                boxes.add(painter.box(i, line));
            }
        }
        return boxes;
    }

    static Chart.Size size(PictureGrid grid) {
        return new GridPainter(grid).size();
    }

    private Chart.Size size() {
        int rows = (grid.pictures().size() + columns - 1) / columns;
        int title = (int) Math.ceil(Canvas.metrics(HEADING).getStringBounds(heading, null).getWidth());
        return new Chart.Size(
                2 * MARGIN + Math.max(columns * (width + GAP) - GAP, title),
                2 * MARGIN + TITLE + Math.max(0, rows * (cell + GAP) - GAP));
    }

    /** The lines of a caption, wrapped between words; a number is not separated from its percent sign. */
    private List<String> wrapped(String caption, int most) {
        List<String> lines = new ArrayList<>();
        for (String line : caption.lines().toList()) {
            StringBuilder current = new StringBuilder();
            for (String word : line.replace(" %", "\u00a0%").split(" ")) {
                if (!current.isEmpty() && measure(current + " " + word) > most) {
                    lines.add(current.toString());
                    current.setLength(0);
                }
                current.append(current.isEmpty() ? "" : " ").append(word);
            }
            lines.add(current.toString());
        }
        return lines;
    }

    private double measure(String line) {
        return metrics.getStringBounds(line, null).getWidth();
    }

    private int x(int picture) {
        return MARGIN + picture % columns * (width + GAP);
    }

    private int y(int picture) {
        return MARGIN + TITLE + picture / columns * (cell + GAP);
    }

    private Rectangle2D box(int picture, int line) {
        double letters = measure(captions.get(picture).get(line));
        return new Rectangle2D.Double(
                x(picture) + (width - letters) / 2, y(picture) + height + 3 + LINE * line, letters, LINE);
    }

    private void draw(Graphics2D g) {
        g.setColor(Palette.ink());
        g.setFont(HEADING);
        g.drawString(heading, MARGIN, MARGIN + 14);
        for (int i = 0; i < grid.pictures().size(); i++) {
            Picture picture = grid.pictures().get(i);
            BufferedImage image = Canvas.image(picture);
            int left = x(i) + (width - shownWidth(picture)) / 2;
            g.drawImage(image, left, y(i), shownWidth(picture), shownHeight(picture), null);
            g.setFont(CAPTION);
            g.setColor(Palette.muted());
            for (int line = 0; line < captions.get(i).size(); line++) {
                Rectangle2D box = box(i, line);
                g.drawString(captions.get(i).get(line), (float) box.getX(), (float) box.getY() + LINE - 3);
            }
        }
    }

    private static int factor(Picture picture) {
        return Math.max(1, Math.ceilDiv(LEAST_WIDTH, picture.width()));
    }

    private static int shownWidth(Picture picture) {
        return picture.width() * factor(picture);
    }

    private static int shownHeight(Picture picture) {
        return picture.height() * factor(picture);
    }
}
