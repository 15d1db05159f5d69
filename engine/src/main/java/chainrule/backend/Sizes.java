package chainrule.backend;

import java.math.BigInteger;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Numbers of elements: products of sizes that may exceed an {@code int} where each of the sizes does not. */
public final class Sizes {
    /** The most elements of a buffer: arrays end at 2³¹ − 1, and {@link HostArray#PADDING} may follow the elements. */
    public static final int MOST = Integer.MAX_VALUE - 2 * HostArray.PADDING;

    private Sizes() {}

    /**
     * The product of sizes, none of them negative.
     *
     * @param what has that many elements, for the message
     * @throws IllegalArgumentException if it is more than {@link #MOST}
     */
    public static int product(String what, int... sizes) {
        long product = 1;
        for (int size : sizes) {
            product *= size;
            if (product > MOST) {
                throw new IllegalArgumentException(tooMany(what, sizes));
            }
        }
        return (int) product;
    }

    private static String tooMany(String what, int... sizes) {
        BigInteger product =
                IntStream.of(sizes).mapToObj(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
        String factors = IntStream.of(sizes).mapToObj(Integer::toString).collect(Collectors.joining(" × "));
        return String.format(
                Locale.ROOT,
                "%s needs %,d elements%s, at most %,d are possible: use a smaller batch",
                what,
                product,
                sizes.length > 1 ? " (" + factors + ")" : "",
                MOST);
    }
}
