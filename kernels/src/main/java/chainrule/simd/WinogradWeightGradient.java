package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;

import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import chainrule.backend.Window;
import chainrule.backend.ejml.ThreadPool;

import jdk.incubator.vector.FloatVector;

/**
 * The weight gradient of {@link Winograd}: its transpose in w.
 *
 * <pre>
 *   dW += Gᵀ [ Σ over tiles (Bᵀ·d·B) ⊗ (A·g·Aᵀ) ] G       g: a 4 × 4 tile of dY
 * </pre>
 *
 * <p>Over a block of tiles the middle is 36 products [in × tiles]·[tiles × out]. Loop order: chunk of images (shared
 * between threads, then added in order: see {@link DirectWeightGradient}), block, transforms, products. The sum stays
 * in the transformed domain until the end.
 */
final class WinogradWeightGradient {
    /**
     * Tiles in a block: the depth of its products. Their operands, 36 · 192 tiles · (64 + 64) channels · 4 bytes = 3.5
     * MB, exceed the second-level cache, but the sums are loaded and stored half as often as with 96: 7 to 10 % faster.
     */
    private static final int TILES = 192;

    private WinogradWeightGradient() {}

    static void run(
            ThreadPool threads, ConvolutionShape shape, float[] x, float[] dy, boolean accumulate, float[] dweight) {
        Window w = shape.window();
        int images = shape.images();
        int filters = shape.filters();
        int channels = w.channels();
        int size = 36 * channels * filters;
        int chunks = Math.min(DirectWeightGradient.CHUNKS, images);
        float[] sums = Scratch.mine().array(Scratch.Use.PANEL_B, chunks * size);
        threads.parallelFor(
                chunks,
                1,
                (from, to) -> {
                    for (int chunk = from; chunk < to; chunk++) {
                        chunk(
                                w,
                                filters,
                                x,
                                dy,
                                chunk * images / chunks,
                                (chunk + 1) * images / chunks,
                                sums,
                                chunk * size);
                    }
                });
        threads.parallelFor(
                channels, 1, (from, to) -> finish(sums, chunks, channels, filters, accumulate, dweight, from, to));
    }

    /** The sum over images from … to − 1, in the transformed domain: sums[36][in][out]. */
    private static void chunk(Window w, int filters, float[] x, float[] dy, int from, int to, float[] sums, int at) {
        WinogradTiles tiles = new WinogradTiles(w, filters);
        int channels = w.channels();
        int strips = Math.max(1, TILES / tiles.across);
        int panel = strips * tiles.across * LANES + LANES;
        int planeX = channels / LANES * panel + LANES;
        int planeDy = filters / LANES * panel + LANES;
        Scratch mine = Scratch.mine();
        float[] planesX = mine.array(Scratch.Use.PLANES, 36 * planeX);
        float[] planesDy = mine.array(Scratch.Use.MORE_PLANES, 36 * planeDy);
        float[] strip = mine.array(Scratch.Use.STRIP, tiles.stripSize());
        int end = to * tiles.down;
        for (int first = from * tiles.down; first < end; first += strips) {
            int last = Math.min(first + strips, end);
            for (int i = first; i < last; i++) {
                int tile = (i - first) * tiles.across * LANES;
                int image = i / tiles.down;
                tiles.input(x, image, i % tiles.down, strip, planesX, tile, planeX, panel, LANES);
                tiles.gradient(dy, image, i % tiles.down, strip, planesDy, tile, planeDy, panel, LANES);
            }
            int depth = (last - first) * tiles.across;
            boolean add = first > from * tiles.down;
            for (int q = 0; q < 36; q++) {
                product(
                        add,
                        depth,
                        panel,
                        channels,
                        filters,
                        planesX,
                        q * planeX,
                        planesDy,
                        q * planeDy,
                        sums,
                        at + q * channels * filters);
            }
        }
    }

    private static void product(
            boolean add,
            int tiles,
            int panel,
            int in,
            int out,
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] sums,
            int at) {
        for (int b = 0; b < out; b += WIDE) {
            for (int a = 0; a < in; a += ROWS) {
                int ao = xo + a / LANES * panel + a % LANES;
                int bo = dyo + b / LANES * panel;
                int so = at + a * out + b;
                PanelTile.wide(tiles, x, ao, panel, dy, bo, panel, add ? sums : null, so, out, sums, so, out);
            }
        }
    }

    /** Adds the chunks in order and transforms back, for in channels from … to − 1. */
    private static void finish(
            float[] sums, int chunks, int in, int out, boolean accumulate, float[] dweight, int from, int to) {
        int k = in * out;
        float[] t = Scratch.mine().array(Scratch.Use.TILE, 27 * out);
        for (int a = from; a < to; a++) {
            for (int q = 0; q < 36; q++) {
                for (int chunk = 1; chunk < chunks; chunk++) {
                    add(sums, (chunk * 36 + q) * k + a * out, true, sums, q * k + a * out, out);
                }
            }
            for (int j = 0; j < 6; j++) {
                WinogradTransforms.weightGradient(sums, j * k + a * out, 6 * k, t, j * out, 6 * out, out);
            }
            for (int i = 0; i < 3; i++) {
                WinogradTransforms.weightGradient(t, 6 * i * out, out, t, 18 * out, out, out);
                for (int j = 0; j < 3; j++) {
                    add(t, (18 + j) * out, accumulate, dweight, (3 * i + j) * k + a * out, out);
                }
            }
        }
    }

    /**
     * y += x, or y = x where it does not accumulate. Not by {@link Lanes#before}: finish is so long that C2 may stop inlining
     * here, and only the JDK's own methods are always inlined.
     */
    private static void add(float[] x, int xo, boolean accumulate, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector sum = accumulate ? fromArray(FLOATS, y, yo + i) : zero(FLOATS);
            fromArray(FLOATS, x, xo + i).add(sum).intoArray(y, yo + i);
        }
    }
}
