package chainrule.experiments.report.figure;

import java.util.List;

/**
 * Small pictures side by side, each with its caption, enlarged without smoothing.
 *
 * @param columns how many stand in a row of the PNG file; the page fits them to its width where they are 0, and keeps
 *     them in columns where they are more
 */
public record PictureGrid(String name, String title, String caption, int columns, List<Picture> pictures)
        implements Figure {
    public PictureGrid {
        Figure.checkName(name);
        pictures = List.copyOf(pictures);
    }

    /** A grid that fits as many pictures into a row as there is room for. */
    public static PictureGrid flowing(String name, String title, String caption, List<Picture> pictures) {
        return new PictureGrid(name, title, caption, 0, pictures);
    }

    @Override
    public byte[] png() {
        return GridPainter.png(this);
    }

    @Override
    public boolean chart() {
        return false;
    }
}
