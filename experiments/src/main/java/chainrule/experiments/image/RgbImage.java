package chainrule.experiments.image;

import chainrule.data.DataException;

import java.awt.image.BufferedImage;

/**
 * An image as bytes.
 *
 * @param pixels height · width · 3 bytes, row by row, with red, green and blue of each pixel next to each other
 */
public record RgbImage(int width, int height, byte[] pixels) {
    public RgbImage {
        if (width < 1 || height < 1 || pixels.length != 3 * width * height) {
            throw new IllegalArgumentException(
                    "an image of " + width + " × " + height + " has 3 bytes per pixel, got " + pixels.length);
        }
    }

    /**
     * From the whole content of a PNG or JPEG file: upright, transparent pixels on white.
     *
     * @param name of the file, for messages
     * @throws DataException naming the file, if it cannot be read as an image
     */
    public static RgbImage decode(String name, byte[] content) {
        return ImageDecoder.decode(name, content, Background.WHITE).upright();
    }

    /**
     * Decodes an annotated photo. Some annotation tools ignore the orientation that a camera recorded. If the stored
     * photo has the annotated size and the upright one does not, the result is the stored photo, so that the boxes
     * fit.
     */
    public static RgbImage decode(String name, byte[] content, int annotatedWidth, int annotatedHeight) {
        ImageDecoder.Decoded photo = ImageDecoder.decode(name, content, Background.WHITE);
        RgbImage stored = photo.stored();
        RgbImage upright = photo.upright();
        boolean asStored = stored.has(annotatedWidth, annotatedHeight) && !upright.has(annotatedWidth, annotatedHeight);
        return asStored ? stored : upright;
    }

    private boolean has(int otherWidth, int otherHeight) {
        return width == otherWidth && height == otherHeight;
    }

    /** True if all pixels have one color. */
    public boolean isBlank() {
        for (int i = 3; i < pixels.length; i++) {
            if (pixels[i] != pixels[i - 3]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The input of a net: the pixels' values from 0 to 1, row by row.
     *
     * @param channels 3 for red, green and blue; 1 for the luma by Rec. 601
     */
    public float[] values(int channels) {
        float[] values = new float[channels * width * height];
        for (int i = 0; i < values.length; i++) {
            values[i] = (channels == 3 ? pixels[i] & 0xFF : luma(i)) / 255f;
        }
        return values;
    }

    private int luma(int pixel) {
        int red = pixels[3 * pixel] & 0xFF;
        int green = pixels[3 * pixel + 1] & 0xFF;
        int blue = pixels[3 * pixel + 2] & 0xFF;
        return Math.round(0.299f * red + 0.587f * green + 0.114f * blue);
    }

    /** A copy for drawing. */
    public BufferedImage buffered() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] colors = new int[width * height];
        for (int i = 0; i < colors.length; i++) {
            colors[i] = (pixels[3 * i] & 0xFF) << 16 | (pixels[3 * i + 1] & 0xFF) << 8 | pixels[3 * i + 2] & 0xFF;
        }
        image.setRGB(0, 0, width, height, colors, 0, width);
        return image;
    }
}
