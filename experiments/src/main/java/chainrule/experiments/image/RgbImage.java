package chainrule.experiments.image;

import chainrule.data.DataException;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/**
 * An image as bytes.
 *
 * @param pixels height · width · 3 numbers, row by row, red, green and blue of a pixel side by side
 */
public record RgbImage(int width, int height, byte[] pixels) {
    public RgbImage {
        if (width < 1 || height < 1 || pixels.length != 3 * width * height) {
            throw new IllegalArgumentException(
                    "an image of " + width + " × " + height + " has 3 bytes a pixel, got " + pixels.length);
        }
    }

    /**
     * From the whole content of a PNG or JPEG file; transparent pixels on black.
     *
     * @param name of the file, for messages
     * @throws DataException naming the file, if it cannot be read as an image
     */
    public static RgbImage decode(String name, byte[] content) {
        return of(ImageFile.decode(name, content));
    }

    /** The same pixels in this form. */
    public static RgbImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] colours = opaque(image).getRGB(0, 0, width, height, null, 0, width);
        byte[] pixels = new byte[3 * colours.length];
        for (int i = 0; i < colours.length; i++) {
            pixels[3 * i] = (byte) (colours[i] >> 16);
            pixels[3 * i + 1] = (byte) (colours[i] >> 8);
            pixels[3 * i + 2] = (byte) colours[i];
        }
        return new RgbImage(width, height, pixels);
    }

    private static BufferedImage opaque(BufferedImage image) {
        if (image.getTransparency() == BufferedImage.OPAQUE) {
            return image;
        }
        BufferedImage onBlack = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = onBlack.createGraphics();
        g.drawImage(image, 0, 0, null);
        g.dispose();
        return onBlack;
    }

    /** For drawing. */
    public BufferedImage buffered() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] colours = new int[width * height];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = (pixels[3 * i] & 0xFF) << 16 | (pixels[3 * i + 1] & 0xFF) << 8 | pixels[3 * i + 2] & 0xFF;
        }
        image.setRGB(0, 0, width, height, colours, 0, width);
        return image;
    }
}
