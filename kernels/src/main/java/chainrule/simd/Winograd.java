package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;

import chainrule.backend.Window;
import chainrule.backend.ejml.ThreadPool;

/**
 * Winograd's F(4×4, 3×3) for 3 × 3 kernels of stride 1: 36 multiplications where a direct convolution has 144.
 *
 * <pre>
 *   Y = Aᵀ [ (G·w·Gᵀ) ⊙ (Bᵀ·d·B) ] A       for every 4 × 4 tile of the output; ⊙ sums over the input channels
 * </pre>
 *
 * <p>Over a block of tiles the middle is 36 matrix products [tiles × in]·[in × out]. Loop order: block (shared between
 * threads), then in turn all its transforms, the 36 products, all its inverse transforms, so that everything of a block
 * stays in the second-level cache. {@link WinogradTransforms} documents the transforms and their error.
 */
final class Winograd {
    /** Tiles in a block: 36 planes · 48 tiles · 64 channels · 4 bytes = 440 KB of a second-level cache of 1 MB. */
    private static final int TILES = 48;

    /** For comparisons: with the system property {@code chainrule.simd.direct} all convolutions are direct. */
    private static final boolean NEVER = Boolean.getBoolean("chainrule.simd.direct");

    private Winograd() {}

    /** True if this algorithm suits the shapes: channels in whole vectors, and tiles at least half inside the image. */
    static boolean suits(Window w, int filters) {
        boolean kernel = w.kernelHeight() == 3 && w.kernelWidth() == 3 && w.strideHeight() == 1 && w.strideWidth() == 1;
        int tiles = Math.ceilDiv(w.outHeight(), 4) * Math.ceilDiv(w.outWidth(), 4);
        return kernel
                && !NEVER
                && w.channels() % WIDE == 0
                && filters % WIDE == 0
                && w.padTop() <= 2
                && w.padLeft() <= 2
                && w.width() <= w.outWidth() + 2
                && 2 * w.outputPixels() >= 16 * tiles;
    }

    /**
     * Y = im2col(X)·W + S.
     *
     * @param s the bias, Y itself to accumulate, or null
     */
    static void forward(ThreadPool threads, ConvolutionShape shape, float[] x, float[] weight, float[] s, float[] y) {
        Window w = shape.window();
        int images = shape.images();
        int filters = shape.filters();
        WinogradTiles tiles = new WinogradTiles(w, filters);
        int channels = w.channels();
        float[] u = Scratch.mine().array(Scratch.Use.PANEL_B, 36 * channels * filters);
        threads.parallelFor(channels, ROWS, (from, to) -> weights(weight, channels, filters, u, from, to));
        float[] addend = s == null || s == y ? s : repeated(s, filters, w.outWidth());
        int strips = Math.max(1, TILES / tiles.across);
        int all = images * tiles.down;
        threads.parallelFor(
                Math.ceilDiv(all, strips),
                1,
                (from, to) -> {
                    for (int block = from; block < to; block++) {
                        int first = block * strips;
                        block(tiles, w, filters, x, u, addend, y, first, Math.min(all, first + strips), strips);
                    }
                });
    }

    /** Transforms the weights [tap][in][out] of in channels from … to − 1 to u[36][panel of out][in][2 vectors]. */
    private static void weights(float[] weight, int in, int out, float[] u, int from, int to) {
        int k = in * out;
        float[] t = Scratch.mine().array(Scratch.Use.TILE, 18 * WIDE);
        for (int a = from; a < to; a++) {
            for (int b = 0; b < out; b += WIDE) {
                for (int j = 0; j < 3; j++) {
                    WinogradTransforms.weight(weight, j * k + a * out + b, 3 * k, t, j * WIDE, 3 * WIDE, WIDE);
                }
                for (int i = 0; i < 6; i++) {
                    WinogradTransforms.weight(t, 3 * i * WIDE, WIDE, u, 6 * i * k + b * in + a * WIDE, k, WIDE);
                }
            }
        }
    }

    /** The bias of one row of pixels. */
    private static float[] repeated(float[] bias, int filters, int pixels) {
        float[] row = new float[filters * pixels];
        for (int i = 0; i < pixels; i++) {
            System.arraycopy(bias, 0, row, i * filters, filters);
        }
        return row;
    }

    private static void block(
            WinogradTiles tiles,
            Window w,
            int filters,
            float[] x,
            float[] u,
            float[] s,
            float[] y,
            int first,
            int last,
            int strips) {
        int channels = w.channels();
        int plane = WinogradTiles.plane(strips * tiles.across, Math.max(channels, filters));
        Scratch mine = Scratch.mine();
        float[] planes = mine.array(Scratch.Use.PLANES, 37 * plane);
        float[] strip = mine.array(Scratch.Use.STRIP, tiles.stripSize());
        for (int i = first; i < last; i++) {
            int to = plane + (i - first) * tiles.across * channels;
            tiles.input(x, i / tiles.down, i % tiles.down, strip, planes, to, plane, LANES, channels);
        }
        // The product of plane q is written over plane q − 1: half the memory, and it is in the cache.
        for (int q = 0; q < 36; q++) {
            int rows = (last - first) * tiles.across;
            product(rows, channels, filters, planes, (q + 1) * plane, u, q * channels * filters, q * plane);
        }
        for (int i = first; i < last; i++) {
            int from = (i - first) * tiles.across * filters;
            tiles.output(planes, from, plane, strip, s, y, i / tiles.down, i % tiles.down);
        }
    }

    /** [tiles × in]·[in × out]; the last tile of eight may extend into the elements that follow in the plane. */
    private static void product(int tiles, int in, int out, float[] planes, int v, float[] u, int uo, int m) {
        for (int b = 0; b < out; b += WIDE) {
            for (int r = 0; r < tiles; r += ROWS) {
                RowTile.wide(
                        1, in, planes, v + r * in, in, 0, u, uo + b * in, null, 0, 0, planes, m + r * out + b, out);
            }
        }
    }
}
