package chainrule.experiments.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Stroke;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A photo with labeled boxes and a legend below.
 *
 * @param photo is enlarged to at least {@value #LONGER_SIDE} pixels on the longer side
 * @param marks its boxes
 * @param legend the meaning of colors and lines
 */
public record BoxedPhoto(BufferedImage photo, List<Mark> marks, List<Key> legend) {
    private static final int LONGER_SIDE = 1200;
    private static final int MOST_ENLARGED = 6;
    private static final int ROW = 26;
    private static final int MARGIN = 12;
    private static final int SAMPLE = 34;
    private static final int GAP = 26;
    private static final double TEXT = 15;
    private static final double SMALL_TEXT = 12;
    private static final double PAD = 5;

    public BoxedPhoto {
        marks = List.copyOf(marks);
        legend = List.copyOf(legend);
    }

    /**
     * A box, in pixels of the photo.
     *
     * @param labels possible labels, the longest first: the first one that fits is drawn
     * @param dashed true for a dashed line
     */
    public record Mark(
            double left, double top, double right, double bottom, List<String> labels, Hue hue, boolean dashed) {
        public Mark {
            labels = List.copyOf(labels);
        }
    }

    /** An entry of the legend. @param hue of its line, or null for words without a line */
    public record Key(String words, Hue hue, boolean dashed) {}

    /** The picture as a PNG file. */
    public byte[] png() {
        double scale =
                Math.clamp((double) LONGER_SIDE / Math.max(photo.getWidth(), photo.getHeight()), 1, MOST_ENLARGED);
        int width = (int) Math.round(scale * photo.getWidth());
        int height = (int) Math.round(scale * photo.getHeight());
        List<List<Key>> rows = rows(width);
        return Canvas.png(
                new Chart.Size(width, height + rows.size() * ROW + 2 * MARGIN),
                1,
                g -> {
                    g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
                    g.drawImage(photo, 0, 0, width, height, null);
                    g.clipRect(0, 0, width, height);
                    marks.forEach(mark -> box(g, scaled(mark, scale), mark));
                    labels(g, scale, width, height);
                    g.setClip(null);
                    for (int i = 0; i < rows.size(); i++) {
                        legend(g, rows.get(i), height + MARGIN + i * ROW);
                    }
                });
    }

    private static Rectangle2D scaled(Mark mark, double scale) {
        return new Rectangle2D.Double(
                scale * mark.left,
                scale * mark.top,
                scale * (mark.right - mark.left),
                scale * (mark.bottom - mark.top));
    }

    /** Draws the colored line on a wider white one, so that it contrasts with any photo. */
    private static void box(Graphics2D g, Rectangle2D box, Mark mark) {
        double corner = Math.min(8, box.getWidth() / 4);
        var shape =
                new RoundRectangle2D.Double(box.getX(), box.getY(), box.getWidth(), box.getHeight(), corner, corner);
        double line = box.getWidth() < 30 ? 2 : 3;
        g.setColor(new Color(255, 255, 255, 190));
        g.setStroke(new BasicStroke((float) line + 2));
        g.draw(shape);
        g.setColor(Palette.of(mark.hue));
        g.setStroke(stroke(line, mark.dashed));
        g.draw(shape);
    }

    private static Stroke stroke(double width, boolean dashed) {
        float[] dash = dashed ? new float[] {7, 5} : null;
        return new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
    }

    /** Labels larger boxes first; no label covers another label or box. */
    private void labels(Graphics2D g, double scale, int width, int height) {
        List<Mark> bySize = new ArrayList<>(marks);
        bySize.sort(Comparator.comparingDouble((Mark m) -> m.right - m.left).reversed());
        List<Rectangle2D> tags = new ArrayList<>();
        for (Mark mark : bySize) {
            Rectangle2D box = scaled(mark, scale);
            List<Rectangle2D> taken = new ArrayList<>(tags);
            marks.stream().filter(m -> m != mark).map(m -> scaled(m, scale)).forEach(taken::add);
            g.setFont(Canvas.semiBold(box.getWidth() < 60 ? SMALL_TEXT : TEXT));
            label(g, box, mark, taken, width, height).ifPresent(tags::add);
        }
    }

    private static Optional<Rectangle2D> label(
            Graphics2D g, Rectangle2D box, Mark mark, List<Rectangle2D> taken, int width, int height) {
        FontMetrics metrics = g.getFontMetrics();
        for (String text : mark.labels) {
            double w = metrics.stringWidth(text) + 2 * PAD;
            double h = metrics.getHeight() + 1;
            double x = Math.clamp(box.getX() - 1.5, 0, Math.max(0, width - w));
            for (double y : new double[] {box.getY() - h - 2, box.getMaxY() + 2}) {
                Rectangle2D tag = new Rectangle2D.Double(x, y, w, h);
                if (y >= 0 && y + h <= height && taken.stream().noneMatch(tag::intersects)) {
                    g.setColor(Palette.of(mark.hue));
                    g.fill(new RoundRectangle2D.Double(x, y, w, h, 6, 6));
                    g.setColor(Color.WHITE);
                    g.drawString(text, (float) (x + PAD), (float) (y + metrics.getAscent()));
                    return Optional.of(tag);
                }
            }
        }
        return Optional.empty();
    }

    /** The legend in rows that fit the width. */
    private List<List<Key>> rows(int width) {
        FontMetrics metrics = Canvas.metrics(Canvas.font(TEXT));
        List<List<Key>> rows = new ArrayList<>(List.of(new ArrayList<>()));
        int used = MARGIN;
        for (Key key : legend) {
            int needed = metrics.stringWidth(key.words) + (key.hue == null ? GAP : GAP + SAMPLE);
            if (used + needed > width && !rows.getLast().isEmpty()) {
                rows.add(new ArrayList<>());
                used = MARGIN;
            }
            rows.getLast().add(key);
            used += needed;
        }
        return rows;
    }

    private static void legend(Graphics2D g, List<Key> keys, int top) {
        g.setFont(Canvas.font(TEXT));
        FontMetrics metrics = g.getFontMetrics();
        int x = MARGIN;
        int middle = top + ROW / 2;
        for (Key key : keys) {
            if (key.hue != null) {
                g.setColor(Palette.of(key.hue));
                g.setStroke(stroke(3, key.dashed));
                g.drawLine(x, middle, x + SAMPLE - 8, middle);
                x += SAMPLE;
            }
            g.setColor(Palette.ink());
            g.drawString(key.words, x, middle + metrics.getAscent() / 2 - 2);
            x += metrics.stringWidth(key.words) + GAP;
        }
    }
}
