package chainrule.bench;

import java.util.List;
import java.util.Locale;

/**
 * How each case is measured.
 *
 * @param quick one JVM and short times: checks that it works, not how fast it is
 * @param forks JVMs for each case
 * @param device the device of the GPU backend; "" for its default
 * @param profilers JMH's profilers, such as "gc"
 */
record Settings(boolean quick, int forks, String device, List<String> profilers) {
    private static final double START_SECONDS = 1.5;
    private static final double PEAK_SECONDS = 10;
    private static final double QUICK_PEAK_SECONDS = 6;

    Settings {
        profilers = List.copyOf(profilers);
    }

    /** One warm-up window, in milliseconds: the code is compiled for the most part. */
    int warmUpMillis(Family family) {
        return quick ? 1000 : family.steps() ? 2000 : 1000;
    }

    /** The measured windows of a fork. Leading ones are dropped later: see {@link Measurement#kept()}. */
    int windows() {
        return quick ? 3 : 12;
    }

    int windowMillis(Family family) {
        return quick ? 200 : family.steps() ? 1000 : 400;
    }

    /** The time that a case is expected to take. */
    double seconds(Family family) {
        double fork = START_SECONDS + 1e-3 * (warmUpMillis(family) + windows() * windowMillis(family));
        return forks * fork;
    }

    /** The time that the peaks of one number of threads are expected to take. */
    double peakSeconds() {
        return forks * (quick ? QUICK_PEAK_SECONDS : PEAK_SECONDS);
    }

    /** "2 forks of 12 windows", a part of a run's plan: results of other settings cannot be continued. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d %s of %d windows%s%s",
                forks,
                forks == 1 ? "fork" : "forks",
                windows(),
                quick ? ", quick" : "",
                device.isEmpty() ? "" : ", device " + device);
    }
}
