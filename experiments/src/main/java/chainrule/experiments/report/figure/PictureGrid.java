package chainrule.experiments.report.figure;

import java.util.List;

/**
 * A grid of small pictures with captions, enlarged without smoothing.
 *
 * @param columns pictures per row; 0 to fit the rows of the page to its width
 */
public record PictureGrid(String name, String title, String caption, int columns, List<Picture> pictures)
        implements Figure {
    public PictureGrid {
        Figure.checkName(name);
        pictures = List.copyOf(pictures);
    }

    /** A grid whose rows fit the width of the page. */
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
