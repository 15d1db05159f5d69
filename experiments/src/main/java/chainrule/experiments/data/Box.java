package chainrule.experiments.data;

/**
 * A rectangle in an image, [left, right) × [top, bottom) in pixels from the image's top left corner.
 */
public record Box(double left, double top, double right, double bottom) {
    public double width() {
        return right - left;
    }

    public double height() {
        return bottom - top;
    }

    /** The part within an image of that size; without area where it lies outside. */
    public Box clipped(int imageWidth, int imageHeight) {
        return new Box(
                Math.clamp(left, 0, imageWidth),
                Math.clamp(top, 0, imageHeight),
                Math.clamp(right, 0, imageWidth),
                Math.clamp(bottom, 0, imageHeight));
    }

    /** Whether nothing lies in it, or a coordinate is no number. */
    public boolean empty() {
        return !(right > left && bottom > top);
    }
}
