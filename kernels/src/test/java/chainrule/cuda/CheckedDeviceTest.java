package chainrule.cuda;

import static chainrule.cuda.Compared.random;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Buffer;
import chainrule.backend.Scope;
import chainrule.backend.SelfTest;
import chainrule.backend.Setup;
import chainrule.backend.Target;
import chainrule.backend.Window;
import chainrule.cuda.CudaImages.Tile;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Every primitive under the checker, which sees races, accesses out of bounds and reads of what nobody wrote. */
class CheckedDeviceTest {
    @BeforeAll
    static void needsTheEmulatedDevice() {
        Emulated.require();
    }

    @Test
    void noPrimitiveHasAFault() {
        try (CudaBackend k = (CudaBackend) new CudaProvider().create(new Setup(1, CudaProvider.EMULATED, true))) {
            assertThat(k.description())
                    .startsWith("float32, emulated on the CPU, checked, products by emulated cuBLAS");
            assertThat(SelfTest.run(k)).allMatch(SelfTest.Result::passed);
            assertThat(Emulated.device().report()).isEmpty();
        }
        // without cuBLAS the products are ours, and are checked too
        try (CudaBackend k = Emulated.backend(Settings.standard().withCheck(true), false)) {
            assertThat(SelfTest.run(k)).allMatch(SelfTest.Result::passed);
            assertThat(Emulated.device().report()).isEmpty();
        } finally {
            Emulated.device().configure(Settings.standard());
        }
    }

    /** Those that the backend has no use for on shapes as small as above. */
    @Test
    void noLargeTileHasAFault() {
        int m = 129;
        int n = 130;
        int depth = 11;
        Window w = Window.same(5, 6, 3, 3, 3, 1, 1);
        int filters = 35;
        try (CudaBackend k = Emulated.backend(Settings.standard().withCheck(true), false);
                Scope _ = k.openScope("test")) {
            Buffer a = random(k, 1, m * depth);
            Buffer b = random(k, 2, depth * n);
            Buffer c = random(k, 3, m * n);
            for (int way = 0; way < 4; way++) {
                k.sgemm(true, (way & 1) != 0, (way & 2) != 0, m, n, depth, a, b, null, true, c);
            }
            Buffer x = random(k, 4, w.inputSize());
            Buffer weight = random(k, 5, w.patchSize() * filters);
            Buffer y = random(k, 6, w.outputPixels() * filters);
            for (Tile tile : List.of(Tile.WIDE, Tile.NARROW)) {
                k.convolution(tile, w, 1, filters, x, weight, null, y);
                k.convolutionInputGradient(tile, w, 1, filters, y, weight, Target.add(x));
                k.convolutionWeightGradient(tile, w, 1, filters, x, y, Target.add(weight));
            }
            k.softmax(1, 12_001, random(k, 7, 12_001), k.allocate(12_001, "a row longer than shared memory"));
            assertThat(k.download(weight)).doesNotContain(Double.NaN);
            assertThat(Emulated.device().report()).isEmpty();
        } finally {
            Emulated.device().configure(Settings.standard());
        }
    }
}
