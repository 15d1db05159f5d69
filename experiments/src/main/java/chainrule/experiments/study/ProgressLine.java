package chainrule.experiments.study;

import chainrule.experiments.text.Numbers;
import chainrule.train.TrainingListener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The progress line of a training, fitted to the width of the terminal: loss and accuracy take precedence, then the
 * epoch, the time left, the speed, and a bar in the remaining space.
 *
 * @param name of the net
 * @param progress after the last step; null before the first
 * @param remaining time until the end of the training; null while unknown
 */
record ProgressLine(String name, TrainingListener.Progress progress, Duration remaining) {
    private static final int LEAST_BAR = 6;
    private static final int LONGEST_BAR = 40;
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

    private enum Part {
        NAME,
        BAR,
        PERCENT,
        EPOCH,
        LOSS,
        ACCURACY,
        REMAINING,
        SPEED
    }

    private static final List<Part> BY_IMPORTANCE =
            List.of(Part.PERCENT, Part.LOSS, Part.ACCURACY, Part.NAME, Part.EPOCH, Part.REMAINING, Part.SPEED);

    /** The line, at most {@code width} columns wide. */
    String text(int width) {
        List<Part> shown = new ArrayList<>();
        int used = 0;
        for (Part part : BY_IMPORTANCE) {
            String text = text(part);
            int needed = text.length() + (shown.isEmpty() ? 0 : 2);
            if (!text.isEmpty() && used + needed <= width) {
                shown.add(part);
                used += needed;
            }
        }
        int room = Math.min(LONGEST_BAR, width - used - 2);
        StringBuilder line = new StringBuilder();
        for (Part part : Part.values()) {
            String text =
                    part == Part.BAR ? (room >= LEAST_BAR ? bar(room) : "") : shown.contains(part) ? text(part) : "";
            if (!text.isEmpty()) {
                line.append(line.isEmpty() ? "" : "  ").append(text);
            }
        }
        return line.toString();
    }

    private String text(Part part) {
        if (progress == null) {
            return part == Part.NAME ? name : part == Part.PERCENT ? "starting" : "";
        }
        return switch (part) {
            case NAME -> name;
            case BAR -> "";
            case PERCENT -> String.format(Locale.ROOT, "%3d %%", (int) (100 * done()));
            case EPOCH -> "epoch " + progress.epoch() + "/" + progress.epochs();
            case LOSS -> "loss " + Numbers.fixed(progress.loss(), 4);
            case ACCURACY -> "accuracy " + Numbers.decimals(progress.accuracy(), 4);
            case REMAINING -> remaining == null ? "" : clock(remaining) + " left";
            case SPEED -> Numbers.count(Math.round(progress.imagesPerSecond())) + " images/s";
        };
    }

    /** The finished fraction of the training. */
    double done() {
        double epochs = progress.epoch() - 1 + (double) progress.batch() / progress.batches();
        return epochs / progress.epochs();
    }

    private String bar(int width) {
        int eighths = progress == null ? 0 : (int) (8 * width * done());
        String full = "█".repeat(eighths / 8);
        String part = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
        return full + part + "·".repeat(width - full.length() - part.length());
    }

    private static String clock(Duration time) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }
}
