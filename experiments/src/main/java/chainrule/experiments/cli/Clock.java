package chainrule.experiments.cli;

import java.util.Locale;

/** Formats durations. */
public final class Clock {
    private Clock() {}

    /** "3.2 s", "4 min 10 s", "2 h 5 min". */
    public static String words(double seconds) {
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}
