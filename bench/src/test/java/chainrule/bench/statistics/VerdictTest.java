package chainrule.bench.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Discoveries, verdicts and precision. */
class VerdictTest {
    private static final double WITHIN_FORK = 0.02;
    private static final int WINDOWS = 5;

    @Test
    void selectsByTheProcedureOfBenjaminiAndHochberg() {
        // m = 5, rate 0.05: thresholds .01 .02 .03 .04 .05; p₍₃₎ = .03 holds although p₍₂₎ = .025 does not
        double[] p = {0.03, 0.2, 0.001, 0.025, 0.3};
        assertThat(Discoveries.significant(p, 0.05)).containsExactly(true, false, true, true, false);
        assertThat(Discoveries.significant(new double[] {0.04, 0.04}, 0.05)).containsExactly(true, true);
        assertThat(Discoveries.significant(new double[] {0.04, 0.9}, 0.05)).containsExactly(false, false);
        assertThat(Discoveries.significant(new double[0], 0.05)).isEmpty();
    }

    @Test
    void controlsTheFalseDiscoveryRate() {
        Random random = new Random(2);
        double proportions = 0;
        int found = 0;
        int draws = 2_000;
        for (int i = 0; i < draws; i++) {
            double[] p = new double[40]; // the last ten rows differ
            for (int k = 0; k < p.length; k++) {
                p[k] = k < 30 ? random.nextDouble() : 1e-3 * random.nextDouble();
            }
            boolean[] selected = Discoveries.significant(p, 0.1);
            int wrong = 0;
            int right = 0;
            for (int k = 0; k < p.length; k++) {
                wrong += selected[k] && k < 30 ? 1 : 0;
                right += selected[k] && k >= 30 ? 1 : 0;
            }
            proportions += wrong / (double) Math.max(1, wrong + right);
            found += right;
        }
        // exactly rate · (true nulls)/(rows) = 0.1 · 30/40 for independent rows
        assertThat(proportions / draws).isBetween(0.06, 0.09);
        assertThat(found / (10.0 * draws)).isGreaterThan(0.99);
    }

    @Test
    void differentNeedsSignificanceAndADifferenceThatMatters() {
        assertThat(Verdict.of(ratio(1.02, 1.04), true, 0.01)).isEqualTo(Verdict.FASTER);
        assertThat(Verdict.of(ratio(1.02, 1.04), false, 0.01)).isEqualTo(Verdict.UNDECIDED);
        assertThat(Verdict.of(ratio(0.95, 0.98), true, 0.01)).isEqualTo(Verdict.SLOWER);
        assertThat(Verdict.of(ratio(1.005, 1.04), true, 0.01)).isEqualTo(Verdict.UNDECIDED);
        assertThat(Verdict.of(ratio(1.002, 1.008), true, 0.01)).isEqualTo(Verdict.SAME);
        assertThat(Verdict.of(ratio(1.002, 1.008), true, 0)).isEqualTo(Verdict.FASTER);
        assertThat(Verdict.of(ratio(0, Double.POSITIVE_INFINITY), false, 0.01)).isEqualTo(Verdict.UNDECIDED);
    }

    private static PairedRatio ratio(double low, double high) {
        return new PairedRatio(Math.sqrt(low * high), low, high, 0.001, 5);
    }

    @Test
    void callsEqualThingsDifferentInAtMostOneRowOfTwenty() {
        for (double fork : new double[] {0.015, 0.05}) {
            Random random = new Random(3);
            int different = 0;
            int tables = 200;
            for (int i = 0; i < tables; i++) {
                different += (int) verdicts(random, 20, fork, 10, 0).stream().filter(Verdict::different).count();
            }
            assertThat(different / (20.0 * tables)).isLessThan(0.05);
        }
    }

    @Test
    void theTestAloneGivesItsNominalRateOfFalseAlarms() {
        Random random = new Random(4);
        int alarms = 0;
        int rows = 4_000;
        for (int i = 0; i < rows; i++) {
            alarms += row(random, 0.05, 5, 0).pValue() < 0.05 ? 1 : 0;
        }
        assertThat(alarms / (double) rows).isBetween(0.035, 0.065);
    }

    /** A fork deviates by 1.5 % / √2, so that the ratio of two forks deviates by 1.5 %. */
    @Test
    void findsThreePercentInTenRounds() {
        assertThat(found(0.015 / Math.sqrt(2), 10)).isGreaterThan(0.9);
    }

    /** Twice the variance needs twice the rounds. */
    @Test
    void findsThreePercentInTwentyRoundsOfNoisierForks() {
        assertThat(found(0.015, 20)).isGreaterThan(0.9);
    }

    private static double found(double fork, int rounds) {
        Random random = new Random(5);
        int found = 0;
        int draws = 1_000;
        for (int i = 0; i < draws; i++) {
            PairedRatio ratio = row(random, 0.002, fork, rounds, 0.03);
            found += Verdict.of(List.of(ratio), Verdict.THRESHOLD).getFirst() == Verdict.SLOWER ? 1 : 0;
        }
        return found / (double) draws;
    }

    private static List<Verdict> verdicts(Random random, int rows, double fork, int rounds, double slowdown) {
        List<PairedRatio> ratios = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            ratios.add(row(random, WITHIN_FORK, fork, rounds, slowdown));
        }
        return Verdict.of(ratios, Verdict.THRESHOLD);
    }

    private static PairedRatio row(Random random, double fork, int rounds, double slowdown) {
        return row(random, WITHIN_FORK, fork, rounds, slowdown);
    }

    /** Times of forks: the drift of the machine is shared by a round, a fork deviates, and so does each of its windows. */
    private static PairedRatio row(Random random, double window, double fork, int rounds, double slowdown) {
        double[] base = new double[rounds];
        double[] other = new double[rounds];
        for (int r = 0; r < rounds; r++) {
            double drift = 0.1 * random.nextGaussian();
            base[r] = time(random, drift, window, fork);
            other[r] = time(random, drift, window, fork) * (1 + slowdown);
        }
        return PairedRatio.of(base, other);
    }

    private static double time(Random random, double drift, double window, double fork) {
        double deviation = drift + fork * random.nextGaussian();
        double sum = 0;
        for (int w = 0; w < WINDOWS; w++) {
            sum += Math.exp(deviation + window * random.nextGaussian());
        }
        return sum / WINDOWS;
    }

    @Test
    void precisionIsTheLargerHalfOfTheInterval() {
        PairedRatio ratio = new PairedRatio(2, 1.9, 2.2, 0.01, 5);
        assertThat(Precision.halfWidth(ratio)).isCloseTo(0.1, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(Precision.sufficient(List.of(ratio), 0.11)).isTrue();
        assertThat(Precision.sufficient(List.of(ratio), 0.09)).isFalse();
        assertThat(Precision.sufficient(List.of(), 0.01)).isTrue();
        PairedRatio one = PairedRatio.of(new double[] {1}, new double[] {1});
        assertThat(Precision.halfWidth(one)).isInfinite();
    }
}
