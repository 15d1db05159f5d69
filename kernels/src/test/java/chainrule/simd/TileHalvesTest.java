package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

/** A tile in two halves gives the bits of the whole tile, whatever this CPU uses. */
class TileHalvesTest {
    private static final int LDC = 2 * Lanes.WIDE + 1;
    private static final int AT = 3;

    private final Random random = new Random(8);
    private final float[] a = values(8192);
    private final float[] b = values(8192);
    private final float[] s = values(16 * LDC);

    private float[] values(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** One of the two ways to compute a tile into c, adding added to it. */
    @FunctionalInterface
    private interface Tile {
        void run(float[] added, int lds, float[] c);
    }

    private void assertSameBits(Tile whole, Tile halves) {
        for (int lds : new int[] {0, LDC}) { // a bias, and a matrix
            assertSameBits(whole, halves, s, lds);
        }
        assertSameBits(whole, halves, null, 0);
    }

    private static void assertSameBits(Tile whole, Tile halves, float[] added, int lds) {
        float[] expected = new float[16 * LDC];
        float[] found = new float[16 * LDC];
        whole.run(added, lds, expected);
        halves.run(added, lds, found);
        assertThat(expected[AT + 7 * LDC + Lanes.WIDE - 1]).isNotZero();
        assertThat(found).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 32, 129})
    void byRows(int depth) {
        int lda = depth + 2;
        for (int segments : new int[] {1, 3}) {
            assertSameBits(
                    (added, lds, c) -> RowTile.eight(segments, depth, a, 1, lda, 5, b, 2, added, 4, lds, c, AT, LDC),
                    (added, lds, c) -> RowTile.halves(segments, depth, a, 1, lda, 5, b, 2, added, 4, lds, c, AT, LDC));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 32, 129})
    void ofPanels(int depth) {
        int next = depth * Lanes.LANES;
        assertSameBits(
                (added, lds, c) -> PanelTile.eight(depth, a, 0, next, b, 0, next, added, 4, lds, c, AT, LDC),
                (added, lds, c) -> PanelTile.halves(depth, a, 0, next, b, 0, next, added, 4, lds, c, AT, LDC));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 32, 129})
    void ofPackedOperands(int depth) {
        assertSameBits(
                (added, lds, c) -> PackedTile.eight(depth, a, 0, b, 0, added, 4, lds, c, AT, LDC),
                (added, lds, c) -> PackedTile.halves(depth, a, 0, b, 0, added, 4, lds, c, AT, LDC));
    }
}
