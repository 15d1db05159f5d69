package chainrule.bench.contender;

import com.google.gson.JsonObject;

/**
 * What a contender did in one window.
 *
 * @param seconds how long it took
 * @param steps whole steps
 * @param cpuSeconds processor time of the whole process; 0 if unknown
 * @param threadSeconds processor time of the thread that runs the steps; 0 if unknown
 * @param peakBytes the most memory of the process so far; 0 if unknown
 * @param p50 the median latency in seconds; 0 unless inferring
 * @param p99 the latency that one step in a hundred exceeds, in seconds; 0 unless inferring
 */
public record Window(
        double seconds, long steps, double cpuSeconds, double threadSeconds, double peakBytes, double p50, double p99) {
    /** Seconds of a step. */
    public double step() {
        return seconds / steps;
    }

    static Window of(JsonObject answer) {
        Window window =
                new Window(
                        number(answer, "seconds"),
                        (long) number(answer, "steps"),
                        number(answer, "cpuSeconds"),
                        number(answer, "threadSeconds"),
                        number(answer, "peakBytes"),
                        number(answer, "p50"),
                        number(answer, "p99"));
        if (!(window.seconds > 0 && Double.isFinite(window.seconds) && window.steps > 0)) {
            throw new ContenderFailure("answered " + answer + ", expected \"seconds\" and \"steps\" above 0");
        }
        return window;
    }

    private static double number(JsonObject answer, String name) {
        return answer.has(name) ? answer.get(name).getAsDouble() : 0;
    }
}
