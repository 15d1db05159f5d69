package chainrule.experiments.study;

import chainrule.train.Checkpoints;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often to write a checkpoint, as typed on the command line: 30s, 5m, 2h, a number of training steps, or never.
 *
 * @param steps 0 if a time is given
 * @param time null if steps are given; without both there are no checkpoints
 */
public record Interval(long steps, Duration time) {
    private static final Interval NEVER = new Interval(0, null);
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})([smh]?)");

    /** @throws IllegalArgumentException naming the option, what was found and what was expected */
    static Interval parse(String option, String text) {
        if (text.equals("never")) {
            return NEVER;
        }
        Matcher matcher = WRITTEN.matcher(text);
        long number = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
        if (number == 0) {
            throw new IllegalArgumentException(
                    option + " " + text + ": expected a time such as 30s, 5m or 2h, a number of steps, or never");
        }
        return switch (matcher.group(2)) {
            case "s" -> new Interval(0, Duration.ofSeconds(number));
            case "m" -> new Interval(0, Duration.ofMinutes(number));
            case "h" -> new Interval(0, Duration.ofHours(number));
            default -> new Interval(number, null);
        };
    }

    /** A length of time. @throws IllegalArgumentException naming the option, what was found and what was expected */
    public static Duration time(String option, String text) {
        Interval interval = text.equals("never") || !WRITTEN.matcher(text).matches() ? NEVER : parse(option, text);
        if (interval.time == null) {
            throw new IllegalArgumentException(option + " " + text + ": expected a time such as 90s, 30m or 2h");
        }
        return interval.time;
    }

    boolean never() {
        return equals(NEVER);
    }

    Checkpoints apply(Checkpoints checkpoints) {
        return time == null ? checkpoints.everySteps(steps) : checkpoints.every(time);
    }
}
