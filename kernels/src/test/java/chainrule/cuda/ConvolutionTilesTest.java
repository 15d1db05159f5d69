package chainrule.cuda;

import static chainrule.cuda.Compared.compare;
import static chainrule.cuda.Compared.random;

import chainrule.backend.Backend;
import chainrule.backend.Images;
import chainrule.backend.Matrix;
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
        try (CudaBackend cuda = Emulated.backend(Settings.standard().withOrder(Settings.Order.REVERSE), false)) {
            compareAll(cuda, tile, Window.same(9, 10, 5, 3, 3, 1, 1), 70);
            compareAll(cuda, tile, Window.same(8, 9, 4, 3, 5, 2, 3), 33);
        }
    }

    private static void compareAll(CudaBackend cuda, Tile tile, Window w, int filters) {
        compare(
                cuda,
                2e-5,
                backend -> {
                    Images y = y(backend, 8, w, filters);
                    backend.convolution(
                            w, x(backend, w), weight(backend, 2, w, filters), random(backend, 3, filters), y);
                    return y;
                },
                backend -> {
                    Images y = y(backend, 8, w, filters);
                    backend.images()
                            .convolution(
                                    tile,
                                    w,
                                    x(backend, w),
                                    weight(backend, 2, w, filters),
                                    random(backend, 3, filters),
                                    y);
                    return y;
                });
        compare(
                cuda,
                5e-5,
                backend -> {
                    Matrix dx = random(backend, 5, IMAGES * w.height() * w.width(), w.channels());
                    backend.convolutionInputGradient(
                            w, y(backend, 4, w, filters), weight(backend, 2, w, filters), dx.sum());
                    return dx;
                },
                backend -> {
                    Matrix dx = random(backend, 5, IMAGES * w.height() * w.width(), w.channels());
                    Images dy = y(backend, 4, w, filters);
                    backend.images().convolutionInputGradient(tile, w, dy, weight(backend, 2, w, filters), dx.sum());
                    return dx;
                });
        compare(
                cuda,
                5e-5,
                backend -> {
                    Matrix dweight = weight(backend, 6, w, filters);
                    backend.convolutionWeightGradient(w, x(backend, w), y(backend, 4, w, filters), dweight.sum());
                    return dweight;
                },
                backend -> {
                    Matrix dweight = weight(backend, 6, w, filters);
                    backend.images()
                            .convolutionWeightGradient(
                                    tile, w, x(backend, w), y(backend, 4, w, filters), dweight.sum());
                    return dweight;
                });
    }

    private static Images x(Backend backend, Window w) {
        return random(backend, 1, IMAGES, w.height(), w.width(), w.channels());
    }

    private static Images y(Backend backend, long seed, Window w, int filters) {
        return random(backend, seed, IMAGES, w.outHeight(), w.outWidth(), filters);
    }

    private static Matrix weight(Backend backend, long seed, Window w, int filters) {
        return random(backend, seed, w.patchSize(), filters);
    }
}
