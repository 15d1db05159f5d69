package chainrule.cuda;

import static chainrule.cuda.Compared.compare;
import static chainrule.cuda.Compared.random;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.backend.Window;
import chainrule.cuda.CudaImages.Tile;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The convolutions in every size of tile. The contract's images are so small that the backend would always take the
 * smallest.
 */
class ConvolutionTilesTest {
    private static final int IMAGES = 3;

    @ParameterizedTest
    @EnumSource
    void everyTileGivesTheConvolution(Tile tile) {
        Emulated.require();
        try (CudaBackend k = Emulated.backend(Settings.standard().withOrder(Settings.Order.REVERSE), false)) {
            compareAll(k, tile, Window.same(9, 10, 5, 3, 3, 1, 1), 70);
            compareAll(k, tile, Window.same(8, 9, 4, 3, 5, 2, 3), 33);
        }
    }

    private static void compareAll(CudaBackend k, Tile tile, Window w, int filters) {
        int x = IMAGES * w.inputSize();
        int y = IMAGES * w.outputPixels() * filters;
        int weights = w.patchSize() * filters;
        compare(
                k,
                2e-5,
                r -> {
                    Buffer out = r.allocate(y, "y");
                    Buffer in = random(r, 1, x);
                    r.convolution(w, IMAGES, filters, in, random(r, 2, weights), random(r, 3, filters), out);
                    return out;
                },
                g -> {
                    Buffer out = g.allocate(y, "y");
                    Buffer in = random(g, 1, x);
                    g.convolution(tile, w, IMAGES, filters, in, random(g, 2, weights), random(g, 3, filters), out);
                    return out;
                });
        compare(
                k,
                5e-5,
                r -> {
                    Buffer dx = random(r, 5, x);
                    r.convolutionInputGradient(
                            w, IMAGES, filters, random(r, 4, y), random(r, 2, weights), Target.add(dx));
                    return dx;
                },
                g -> {
                    Buffer dx = random(g, 5, x);
                    g.convolutionInputGradient(
                            tile, w, IMAGES, filters, random(g, 4, y), random(g, 2, weights), Target.add(dx));
                    return dx;
                });
        compare(
                k,
                5e-5,
                r -> {
                    Buffer dw = random(r, 6, weights);
                    r.convolutionWeightGradient(w, IMAGES, filters, random(r, 1, x), random(r, 4, y), Target.add(dw));
                    return dw;
                },
                g -> {
                    Buffer dw = random(g, 6, weights);
                    g.convolutionWeightGradient(
                            tile, w, IMAGES, filters, random(g, 1, x), random(g, 4, y), Target.add(dw));
                    return dw;
                });
    }
}
