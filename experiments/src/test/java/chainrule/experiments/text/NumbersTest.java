package chainrule.experiments.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Locale;
import java.util.Random;

class NumbersTest {
    private final Locale locale = Locale.getDefault();

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(locale);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2500|2500.0000|2500|2500",
                "2499.9999811|2500.0000|2500|2500",
                "25|25.0000|25|25.0",
                "1e-26|.0000|0|1.00e−26",
                "0.30000000000000004|.3000|0.3|0.300",
                "-0.0|.0000|0|0",
                "-0.00001|.0000|0|−1.00e−5",
                "NaN|NaN|NaN|NaN",
                "Infinity|∞|∞|∞",
                "-Infinity|−∞|−∞|−∞",
                "-49.975|−49.9750|−49.975|−50.0",
                "-0.33|−.3300|−0.33|−0.330",
                "0.99995|1.0000|1|1.00",
                "9999|9999.0000|9999|1.00e4",
                "9994|9994.0000|9994|9990",
                "0.000999|.0010|0.001|9.99e−4",
                "1234567|1234567.0000|1234567|1.23e6",
                "4.9E-324|.0000|0|4.90e−324",
            })
    void printsEveryKindOfNumber(double value, String decimals, String shortest, String magnitude) {
        assertThat(Numbers.decimals(value, 4)).isEqualTo(decimals);
        assertThat(Numbers.shortest(value, 4)).isEqualTo(shortest);
        assertThat(Numbers.magnitude(value)).isEqualTo(magnitude);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|-27|10⁻²⁷",
                "2|-7|2·10⁻⁷",
                "1.5|12|1.5·10¹²",
                "2|-3|0.002",
                "1|3|1000",
                "1.5|-1|0.15",
                "5|-2|0.05",
                "1.5|0|1.5",
                "2|3|2000"
            })
    void labelsPowersOfTen(double factor, int exponent, String text) {
        assertThat(Numbers.power(factor, exponent)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "de-DE", "fa-IR", "hi-IN-u-nu-deva"})
    void printsTheSameInEveryLocale(String tag) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(Numbers.count(60_000)).isEqualTo("60,000");
        assertThat(Numbers.count(-1_234)).isEqualTo("−1,234");
        assertThat(Numbers.percent(0.974, 1)).isEqualTo("97.4 %");
        assertThat(Numbers.magnitude(1.5e-9)).isEqualTo("1.50e−9");
        assertThat(Numbers.fixed(-12.5, 2)).isEqualTo("−12.50");
    }

    /** The printed number is within half a unit of the last digit. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6})
    void roundsToTheDigitsItPrints(int digits) {
        Random random = new Random(digits);
        for (int i = 0; i < 10_000; i++) {
            double value = random.nextGaussian() * Math.pow(10, random.nextInt(61) - 30);
            double read = Double.parseDouble(Numbers.significant(value, digits).replace('−', '-'));
            assertThat(Math.abs(read - value))
                    .isLessThanOrEqualTo(Math.abs(value) * 0.500001 * Math.pow(10, 1 - digits));
            double fixed = Double.parseDouble(Numbers.decimals(value, digits).replace('−', '-'));
            assertThat(Math.abs(fixed - value))
                    .isLessThanOrEqualTo(0.500001 * Math.pow(10, -digits) + 1e-15 * Math.abs(value));
        }
    }
}
