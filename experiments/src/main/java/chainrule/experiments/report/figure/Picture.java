package chainrule.experiments.report.figure;

import chainrule.tensor.Shape;

/**
 * A small image, its pixels row by row as red, green and blue bytes.
 *
 * @param caption one or two short lines below it, separated by a line break
 * @param rgb 3 · width · height bytes
 */
public record Picture(int width, int height, byte[] rgb, String caption) {
    public Picture {
        if (width < 1 || height < 1 || rgb.length != 3 * width * height) {
            throw new IllegalArgumentException(
                    "picture of "
                            + width
                            + " × "
                            + height
                            + ": "
                            + rgb.length
                            + " bytes, expected "
                            + 3L * width * height);
        }
        rgb = rgb.clone();
    }

    /** A gray image from values in [0, 1], where 1 is white; clamps other values, NaN is black. */
    public static Picture gray(int width, int height, float[] values, String caption) {
        byte[] rgb = new byte[3 * values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = level(values[i / 3]);
        }
        return new Picture(width, height, rgb, caption);
    }

    /** A color image from values in [0, 1], in the order height × width × channel (red, green, blue). */
    public static Picture rgb(int width, int height, float[] values, String caption) {
        byte[] rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = level(values[i]);
        }
        return new Picture(width, height, rgb, caption);
    }

    /** A gray or color image from values in [0, 1], by its shape: [height, width, 1 or 3]. */
    public static Picture of(Shape shape, float[] values, String caption) {
        return shape.size(2) == 1
                ? gray(shape.size(1), shape.size(0), values, caption)
                : rgb(shape.size(1), shape.size(0), values, caption);
    }

    /** Signed values, such as a perturbation: 0 is white, +scale is red, −scale is blue. */
    public static Picture signed(int width, int height, float[] values, float scale, String caption) {
        byte[] rgb = new byte[3 * values.length];
        for (int i = 0; i < values.length; i++) {
            float v = Math.clamp(values[i] / scale, -1, 1);
            rgb[3 * i] = level(1 + Math.min(v, 0) * 0.86f);
            rgb[3 * i + 1] = level(1 - Math.abs(v) * (v < 0 ? 0.6f : 0.8f));
            rgb[3 * i + 2] = level(1 - Math.max(v, 0) * 0.77f);
        }
        return new Picture(width, height, rgb, caption);
    }

    private static byte level(float value) {
        return (byte) Math.round(255 * Math.clamp(value, 0f, 1f));
    }

    /** The image without its caption as a {@code data:} URI, for a page. */
    public String dataUri() {
        return Canvas.dataUri(this);
    }
}
