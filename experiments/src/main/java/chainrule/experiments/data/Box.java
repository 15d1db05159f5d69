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

    /** The part inside an image of this size; without area if the box is outside. */
    public Box clipped(int imageWidth, int imageHeight) {
        return new Box(
                Math.clamp(left, 0, imageWidth),
                Math.clamp(top, 0, imageHeight),
                Math.clamp(right, 0, imageWidth),
                Math.clamp(bottom, 0, imageHeight));
    }

    /** True if the box has no area or a coordinate is NaN. */
    public boolean empty() {
        return !(right > left && bottom > top);
    }
}
