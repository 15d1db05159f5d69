package chainrule.experiments.study;

import chainrule.train.History;
import chainrule.train.TrainingListener;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

import java.io.Console;
import java.time.Duration;
import java.util.Locale;

/**
 * Shows the progress of a training: on a terminal one line with loss, accuracy and the time left; elsewhere, such as
 * in a log file, a line per epoch, at most one every two seconds.
 */
public final class ProgressDisplay implements TrainingListener, AutoCloseable {
    private static final long QUIET_NANOS = 2_000_000_000L;

    /** The estimate of the time left is too rough before this many seconds. */
    private static final double LEAST_SECONDS = 2;

    private final String name;
    private ProgressBar bar;

    /** Read by the progress bar's thread. */
    private volatile ProgressLine line;

    private long begun;
    private double doneBefore;
    private long lastLine = System.nanoTime();
    private String pending = "";

    private ProgressDisplay(String name) {
        this.name = name;
        this.line = new ProgressLine(name, null, null);
    }

    /** @param name of the net, at most about twenty characters */
    public static ProgressDisplay of(String name) {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        ProgressDisplay display = new ProgressDisplay(name);
        if (terminal) {
            display.startBar();
        }
        return display;
    }

    private void startBar() {
        bar =
                new ProgressBarBuilder()
                        .setTaskName(name)
                        .setInitialMax(1)
                        .setUpdateIntervalMillis(200)
                        .setRenderer((_, width) -> line.text(width))
                        .build();
    }

    @Override
    public void step(Progress p) {
        if (bar != null) {
            ProgressLine now = new ProgressLine(name, p, null);
            if (line.progress() == null) {
                begun = System.nanoTime();
                doneBefore = now.done();
            }
            line = new ProgressLine(name, p, remaining(now.done()));
        }
    }

    /** The estimate uses the speed of this process, which may have resumed a training. */
    private Duration remaining(double done) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        return seconds < LEAST_SECONDS || done <= doneBefore
                ? null
                : Duration.ofSeconds(Math.round(seconds / (done - doneBefore) * (1 - done)));
    }

    @Override
    public boolean epoch(History.Epoch e) {
        pending =
                String.format(
                        Locale.ROOT,
                        "%-18s epoch %3d  loss %.4f  accuracy %.4f%s  %,.0f images/s",
                        name,
                        e.number(),
                        e.loss(),
                        e.accuracy(),
                        e.validation() == null
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "  validation: loss %.4f  accuracy %.4f",
                                        e.validation().loss(),
                                        e.validation().accuracy()),
                        e.imagesPerSecond());
        if (bar == null && System.nanoTime() - lastLine > QUIET_NANOS) {
            printPending();
        }
        return true;
    }

    @Override
    public void warning(String what) {
        System.out.println(name + ": " + what);
    }

    private void printPending() {
        System.out.println(pending);
        pending = "";
        lastLine = System.nanoTime();
    }

    /** Keeps the last epoch's line on the screen. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
        if (!pending.isEmpty()) {
            printPending();
        }
    }
}
