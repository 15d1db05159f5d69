package chainrule.experiments.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Formats numbers for reports, tables and charts: the same in every locale, with a true minus sign, with NaN and ∞, and
 * without a sign for zero. Rounds half up, starting from the decimal text of {@link Double#toString}.
 */
public final class Numbers {
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private Numbers() {}

    /** A fraction or a loss as papers print it, without the zero before the point: .9698, −.3300, 2.3010. */
    public static String decimals(double value, int digits) {
        String text = fixed(value, digits);
        boolean negative = text.startsWith("−");
        String size = negative ? text.substring(1) : text;
        String shown = size.startsWith("0.") ? size.substring(1) : size;
        return negative ? "−" + shown : shown;
    }

    /** With exactly this many digits after the point: 0.9698, −12.50. */
    public static String fixed(double value, int digits) {
        return Double.isFinite(value) ? signed(rounded(value, digits)) : special(value);
    }

    /** With at most this many digits after the point, without trailing zeros: 0.25, 2500, 0.3. */
    public static String shortest(double value, int digits) {
        if (!Double.isFinite(value)) {
            return special(value);
        }
        BigDecimal stripped = rounded(value, digits).stripTrailingZeros();
        return signed(stripped.scale() < 0 ? stripped.setScale(0) : stripped);
    }

    /** A magnitude with three significant digits, in powers of ten outside [0.001, 10000): 0.0123, 2500, 5.88e−4. */
    public static String magnitude(double value) {
        return significant(value, 3);
    }

    /** With this many significant digits, in powers of ten outside [0.001, 10000): 0.06, 4e−27. */
    public static String significant(double value, int digits) {
        if (!Double.isFinite(value)) {
            return special(value);
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = decimal(value).round(new MathContext(digits, RoundingMode.HALF_UP));
        int exponent = rounded.precision() - rounded.scale() - 1;
        int kept = digits - 1;
        if (exponent >= -3 && exponent <= 3) {
            return signed(rounded.setScale(Math.max(0, kept - exponent), RoundingMode.HALF_UP));
        }
        String mantissa = signed(rounded.movePointLeft(exponent).setScale(kept, RoundingMode.HALF_UP));
        return mantissa + "e" + (exponent < 0 ? "−" : "") + Math.abs(exponent);
    }

    /** A power of ten with a factor, as axes are labeled: 2·10⁻⁷, 10⁴; plain from 0.001 to 9999. */
    public static String power(double factor, int exponent) {
        if (exponent >= -3 && exponent <= 3) {
            BigDecimal plain = decimal(factor).scaleByPowerOfTen(exponent).stripTrailingZeros();
            return signed(plain.scale() < 0 ? plain.setScale(0) : plain);
        }
        StringBuilder text = new StringBuilder(factor == 1 ? "10" : shortest(factor, 1) + "·10");
        if (exponent < 0) {
            text.append('⁻');
        }
        for (char digit : Integer.toString(Math.abs(exponent)).toCharArray()) {
            text.append(SUPERSCRIPTS.charAt(digit - '0'));
        }
        return text.toString();
    }

    /** A fraction as a percentage: 97.4 %. */
    public static String percent(double fraction, int digits) {
        return fixed(100 * fraction, digits) + " %";
    }

    /** A count with thousands separators: 60,000. */
    public static String count(long value) {
        return (value < 0 ? "−" : "") + String.format(Locale.ROOT, "%,d", value).replace("-", "");
    }

    private static BigDecimal decimal(double value) {
        return new BigDecimal(Double.toString(value));
    }

    private static BigDecimal rounded(double value, int digits) {
        return decimal(value).setScale(digits, RoundingMode.HALF_UP);
    }

    private static String signed(BigDecimal value) {
        return (value.signum() < 0 ? "−" : "") + value.abs().toPlainString();
    }

    private static String special(double value) {
        return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
    }
}
