package chainrule.experiments.image;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.imaging.png.PngChunk;
import com.drew.imaging.png.PngChunkReader;
import com.drew.imaging.png.PngChunkType;
import com.drew.imaging.png.PngProcessingException;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.SequentialByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * The orientation of the stored pixels of a photo. Cameras store the pixels in sensor order and record how they were
 * held.
 *
 * @param code from 1 (upright) to 8, as defined by Exif
 * @see <a href="https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf">Exif 2.3, tag 0112 Orientation</a>
 */
record ExifOrientation(int code) {
    private static final ExifOrientation UPRIGHT = new ExifOrientation(1);

    /** The orientation in the Exif data of a PNG or JPEG file; upright if there is none or it cannot be read. */
    static ExifOrientation of(byte[] content, boolean png) {
        Metadata metadata = new Metadata();
        try {
            if (png) {
                Set<PngChunkType> exif = Set.of(PngChunkType.eXIf);
                for (PngChunk chunk : new PngChunkReader().extract(new SequentialByteArrayReader(content), exif)) {
                    new ExifReader().extract(new ByteArrayReader(chunk.getBytes()), metadata);
                }
            } else {
                JpegMetadataReader.process(metadata, new ByteArrayInputStream(content), List.of(new ExifReader()));
            }
        } catch (IOException | PngProcessingException | JpegProcessingException | RuntimeException _) {
            return UPRIGHT; // the pixels are intact; assume that they are upright
        }
        return metadata.getDirectoriesOfType(ExifIFD0Directory.class).stream()
                .map(directory -> directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION))
                .filter(code -> code != null && code >= 1 && code <= 8)
                .findFirst()
                .map(ExifOrientation::new)
                .orElse(UPRIGHT);
    }

    /** True if the width of the upright picture is the height of the stored one. */
    boolean swapsSides() {
        return code >= 5;
    }

    /** The upright picture. */
    RgbImage upright(RgbImage stored) {
        if (code == UPRIGHT.code) {
            return stored;
        }
        int width = swapsSides() ? stored.height() : stored.width();
        int height = swapsSides() ? stored.width() : stored.height();
        byte[] pixels = new byte[stored.pixels().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(stored.pixels(), 3 * source(x, y, stored), pixels, 3 * (y * width + x), 3);
            }
        }
        return new RgbImage(width, height, pixels);
    }

    /** The index of the stored pixel for column x and row y of the upright picture. */
    private int source(int x, int y, RgbImage stored) {
        int right = stored.width() - 1;
        int bottom = stored.height() - 1;
        int column =
                switch (code) {
                    case 2, 3 -> right - x;
                    case 5, 6 -> y;
                    case 7, 8 -> right - y;
                    default -> x;
                };
        int row =
                switch (code) {
                    case 3, 4 -> bottom - y;
                    case 5, 8 -> x;
                    case 6, 7 -> bottom - x;
                    default -> y;
                };
        return row * stored.width() + column;
    }
}
