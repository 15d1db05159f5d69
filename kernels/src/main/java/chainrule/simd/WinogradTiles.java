package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.roundUp;

import static jdk.incubator.vector.FloatVector.fromArray;

import chainrule.backend.Window;

import java.util.Arrays;

/**
 * Transforms images to the 36 planes of transformed tiles and back.
 *
 * <pre>
 *   image row ┌──────────────────────
 *     4r − pad│ . . . . . .               a tile: 6 × 6 input pixels, 4 × 4 output pixels, all channels
 *             │ . ■ ■ ■ ■ . ■ ■ ■ ■ .     a strip: the tiles side by side that make four rows of the output
 *             │ . ■ ■ ■ ■ . ■ ■ ■ ■ .     a block: enough strips to make about 48 tiles, of one or more images
 *             │ …
 *
 *   plane 6·i + j: [tile of the block][channel], the transformed pixel (i, j) of each tile
 *             or [panel of channels][tile of the block][vector of channels], where a product goes along the tiles
 * </pre>
 *
 * Planes and panels are one vector longer than their contents; otherwise all would fall into the same cache sets.
 */
final class WinogradTiles {
    private final Window w;
    private final int filters;

    /** Tiles across a strip, and strips down an image. */
    final int across;

    final int down;

    WinogradTiles(Window w, int filters) {
        this.w = w;
        this.filters = filters;
        this.across = Math.ceilDiv(w.outWidth(), 4);
        this.down = Math.ceilDiv(w.outHeight(), 4);
    }

    /** The distance from one plane to the next, for blocks of the given number of tiles of {@code channels}. */
    static int plane(int tiles, int channels) {
        return roundUp(tiles, ROWS) * channels + LANES;
    }

    /** Elements of scratch memory for one strip. */
    int stripSize() {
        return 12 * (4 * across + 2) * Math.max(w.channels(), filters);
    }

    /**
     * Bᵀ·d·B of each tile of strip r of an image of x, into the planes, from {@code to} on.
     *
     * @param advance the distance from one vector of a tile's channels to the next
     * @param tile the distance from one tile to the next
     */
    void input(float[] x, int image, int r, float[] strip, float[] planes, int to, int plane, int advance, int tile) {
        int channels = w.channels();
        int row = (4 * across + 2) * channels;
        int left = w.padLeft() * channels;
        int inside = Math.min(w.width() * channels, row - left);
        int top = 4 * r - w.padTop();
        int from = (image * w.height() + top) * w.width() * channels;
        float[] source = x;
        if (top < 0 || top + 6 > w.height()) {
            from = 6 * row;
            copyRows(x, image, top, 6, strip, from);
            source = strip;
        }
        WinogradTransforms.input(source, from, w.width() * channels, strip, left, row, inside, inside, 0, LANES, 0);
        for (int i = 0; i < 6; i++) {
            Arrays.fill(strip, i * row, i * row + left, 0);
            Arrays.fill(strip, i * row + left + inside, (i + 1) * row, 0);
        }
        for (int i = 0; i < 6; i++) {
            WinogradTransforms.input(
                    strip,
                    i * row,
                    channels,
                    planes,
                    to + 6 * i * plane,
                    plane,
                    across * channels,
                    channels,
                    3 * channels,
                    advance,
                    tile - channels / LANES * advance);
        }
    }

    /** Rows of an image, zero where it has none. */
    private void copyRows(float[] x, int image, int top, int count, float[] strip, int to) {
        int length = w.width() * w.channels();
        for (int i = 0; i < count; i++) {
            int row = top + i;
            if (row < 0 || row >= w.height()) {
                Arrays.fill(strip, to + i * length, to + (i + 1) * length, 0);
            } else {
                System.arraycopy(x, (image * w.height() + row) * length, strip, to + i * length, length);
            }
        }
    }

    /** A·g·Aᵀ of each tile of strip r of an image of dy, into the planes as {@link #input}. */
    void gradient(
            float[] dy, int image, int r, float[] strip, float[] planes, int to, int plane, int advance, int tile) {
        int row = 4 * across * filters;
        int inside = w.outWidth() * filters;
        int from = (image * w.outHeight() + 4 * r) * inside;
        int rows = Math.min(4, w.outHeight() - 4 * r);
        float[] source = dy;
        if (rows < 4) {
            System.arraycopy(dy, from, strip, 6 * row, rows * inside);
            Arrays.fill(strip, 6 * row + rows * inside, 6 * row + 4 * inside, 0);
            from = 6 * row;
            source = strip;
        }
        WinogradTransforms.gradient(source, from, inside, strip, 0, row, inside, inside, 0, LANES, 0);
        for (int i = 0; i < 6; i++) {
            Arrays.fill(strip, i * row + inside, (i + 1) * row, 0);
        }
        for (int i = 0; i < 6; i++) {
            WinogradTransforms.gradient(
                    strip,
                    i * row,
                    filters,
                    planes,
                    to + 6 * i * plane,
                    plane,
                    across * filters,
                    filters,
                    3 * filters,
                    advance,
                    tile - filters / LANES * advance);
        }
    }

    /** Y = Aᵀ·m·A + S of each tile of strip r; S is a row of biases, y itself, or null. */
    void output(float[] planes, int from, int plane, float[] strip, float[] s, float[] y, int image, int r) {
        int n = across * filters;
        for (int j = 0; j < 6; j++) {
            WinogradTransforms.output(planes, from + j * plane, 6 * plane, strip, j * n, 6 * n, n, n, 0);
        }
        int done = 24 * n;
        for (int i = 0; i < 4; i++) {
            WinogradTransforms.output(strip, 6 * i * n, n, strip, done + 4 * i * n, filters, n, filters, 3 * filters);
        }
        int length = w.outWidth() * filters;
        for (int i = 0; i < 4 && 4 * r + i < w.outHeight(); i++) {
            int to = (image * w.outHeight() + 4 * r + i) * length;
            if (s == null) {
                System.arraycopy(strip, done + 4 * i * n, y, to, length);
            } else {
                addRow(strip, done + 4 * i * n, s, s == y ? to : 0, y, to, length);
            }
        }
    }

    private static void addRow(float[] x, int xo, float[] s, int so, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            fromArray(FLOATS, x, xo + i).add(fromArray(FLOATS, s, so + i)).intoArray(y, yo + i);
        }
    }
}
