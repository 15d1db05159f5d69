package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.HexFormat;

/**
 * Philox 4x32-10 against the known answers of its authors' library Random123, and against a second implementation that
 * also gives them and can compute more.
 */
class PhiloxTest {
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(32);

    /** Written from the paper, in big integers: a counter of four words, a key of two, ten rounds. */
    private static BigInteger[] independent(BigInteger[] counter, BigInteger[] key) {
        BigInteger[] c = counter;
        for (int round = 0; round < 10; round++) {
            BigInteger left = c[0].multiply(new BigInteger("D2511F53", 16));
            BigInteger right = c[2].multiply(new BigInteger("CD9E8D57", 16));
            BigInteger k0 = key[0].add(new BigInteger("9E3779B9", 16).multiply(BigInteger.valueOf(round))).mod(WORD);
            BigInteger k1 = key[1].add(new BigInteger("BB67AE85", 16).multiply(BigInteger.valueOf(round))).mod(WORD);
            c =
                    new BigInteger[] {
                        right.shiftRight(32).xor(c[1]).xor(k0),
                        right.mod(WORD),
                        left.shiftRight(32).xor(c[3]).xor(k1),
                        left.mod(WORD)
                    };
        }
        return c;
    }

    private static BigInteger[] words(String hex) {
        String[] parts = hex.split(" ");
        BigInteger[] words = new BigInteger[parts.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = new BigInteger(parts[i], 16);
        }
        return words;
    }

    @Test
    void secondImplementationGivesTheKnownAnswers() {
        assertThat(independent(words("0 0 0 0"), words("0 0")))
                .containsExactly(words("6627e8d5 e169c58d bc57ac4c 9b00dbd8"));
        assertThat(independent(words("ffffffff ffffffff ffffffff ffffffff"), words("ffffffff ffffffff")))
                .containsExactly(words("408f276d 41c83b0e a20bc7c6 6d5451fd"));
        assertThat(independent(words("243f6a88 85a308d3 13198a2e 03707344"), words("a4093822 299f31d0")))
                .containsExactly(words("d16cfe09 94fdcceb 5001e420 24126ea1"));
    }

    @Test
    void zeroBlockIsTheKnownAnswer() {
        int[] block = new int[4];
        Philox.block(0, 0, block);
        assertThat(block).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    }

    @Test
    void otherBlocksAgreeWithTheSecondImplementation() {
        long[] samples = {1, -1, 0x85a308d3_243f6a88L, 0x299f31d0_a4093822L, 1L << 32, 0xffffffffL, Long.MIN_VALUE};
        for (long key : samples) {
            for (long counter : samples) {
                BigInteger[] expected =
                        independent(
                                words(low(counter) + " " + high(counter) + " 0 0"), words(low(key) + " " + high(key)));
                int[] block = new int[4];
                Philox.block(key, counter, block);
                for (int i = 0; i < 4; i++) {
                    assertThat(block[i]).isEqualTo(expected[i].intValue());
                    if (counter >= 0 && counter < 1L << 61) {
                        assertThat(Philox.word(key, 4 * counter + i)).isEqualTo(block[i]);
                    }
                }
            }
        }
    }

    @Test
    void uniformTakesTheUpper24Bits() {
        assertThat(Philox.uniform(0)).isZero();
        assertThat(Philox.uniform(0xff)).isZero();
        assertThat(Philox.uniform(-1)).isEqualTo(1 - 0x1p-24f);
        assertThat(Philox.uniform(0x80000000)).isEqualTo(0.5f);
    }

    private static String low(long word) {
        return HexFormat.of().toHexDigits((int) word);
    }

    private static String high(long word) {
        return HexFormat.of().toHexDigits((int) (word >>> 32));
    }
}
