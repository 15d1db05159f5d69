package chainrule.bench.contender;

/**
 * How long each contender runs.
 *
 * @param window seconds of a window, or one step if that takes longer
 * @param windows the number of measured windows
 * @param firstWarmUp at least this many seconds of work before the first task of a process is measured, while code is compiled
 * @param warmUp at least this many seconds before each other task
 * @param mostWarmUp at most this many seconds, if the windows do not agree sooner
 */
public record Timing(double window, int windows, double firstWarmUp, double warmUp, double mostWarmUp) {
    /** Long enough to see that something works. */
    public static final Timing QUICK = new Timing(0.02, 2, 0.02, 0.02, 0.1);

    /** A task whose steps take longer than this needs no more than one step before it and one window a step. */
    static final double LONG_STEP = 1;
}
