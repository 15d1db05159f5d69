package chainrule.cuda;

import static chainrule.cuda.Compared.random;
import static chainrule.cuda.Compared.result;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.Scope;
import chainrule.backend.Window;
import chainrule.backend.check.SelfTest;
import chainrule.backend.provider.Setup;
import chainrule.cuda.CudaImages.Tile;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Every primitive under the checker, which finds races, accesses out of bounds and uninitialized reads. */
class CheckedDeviceTest {
    @BeforeAll
    static void needsTheEmulatedDevice() {
        Emulated.require();
    }

    @Test
    void noPrimitiveHasAFault() {
        try (CudaBackend cuda = (CudaBackend) new CudaProvider().create(new Setup(1, CudaProvider.EMULATED, true))) {
            assertThat(cuda.description())
                    .startsWith("float32, emulated on the CPU, checked, products by emulated cuBLAS");
            assertThat(SelfTest.run(cuda)).allMatch(SelfTest.Result::passed);
            assertThat(Emulated.device().report()).isEmpty();
        }
        // without cuBLAS, sgemm.cu computes the products and is checked too
        try (CudaBackend cuda = Emulated.backend(Settings.standard().withCheck(true), false)) {
            assertThat(SelfTest.run(cuda)).allMatch(SelfTest.Result::passed);
            assertThat(Emulated.device().report()).isEmpty();
        } finally {
            Emulated.device().configure(Settings.standard());
        }
    }

    /** The backend takes large tiles only for larger shapes than those above. */
    @Test
    void noLargeTileHasAFault() {
        int m = 129;
        int n = 130;
        int k = 11;
        Window w = Window.same(5, 6, 3, 3, 3, 1, 1);
        int filters = 35;
        try (CudaBackend cuda = Emulated.backend(Settings.standard().withCheck(true), false);
                Scope _ = cuda.openScope("test")) {
            Matrix c = random(cuda, 3, m, n).sum();
            for (Matrix a : List.of(random(cuda, 1, m, k), random(cuda, 1, k, m).T())) {
                for (Matrix b : List.of(random(cuda, 2, k, n), random(cuda, 2, n, k).T())) {
                    cuda.matrices().sgemm(true, a, b, null, c);
                }
            }
            Images x = random(cuda, 4, 1, w.height(), w.width(), w.channels());
            Matrix weight = random(cuda, 5, w.patchSize(), filters);
            Images y = random(cuda, 6, 1, w.outHeight(), w.outWidth(), filters);
            for (Tile tile : List.of(Tile.WIDE, Tile.NARROW)) {
                cuda.images().convolution(tile, w, x, weight, null, y);
                cuda.images().convolutionInputGradient(tile, w, y, weight, x.sum());
                cuda.images().convolutionWeightGradient(tile, w, x, y, weight.sum());
            }
            Matrix row = random(cuda, 7, 1, 12_001); // longer than shared memory
            cuda.softmax(row, result(cuda, 1, 12_001));
            assertThat(cuda.download(weight)).doesNotContain(Double.NaN);
            assertThat(cuda.download(c)).doesNotContain(Double.NaN);
            assertThat(Emulated.device().report()).isEmpty();
        } finally {
            Emulated.device().configure(Settings.standard());
        }
    }
}
