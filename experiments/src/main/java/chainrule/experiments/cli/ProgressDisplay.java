package chainrule.experiments.cli;

import chainrule.train.History;
import chainrule.train.TrainingListener;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import java.io.Console;
import java.util.Locale;

/**
 * Shows how a training run goes: a bar with loss, accuracy and images per second on a terminal; elsewhere, such as in a
 * log file, a line per epoch, at most one every two seconds.
 */
public final class ProgressDisplay implements TrainingListener, AutoCloseable {
    private static final long QUIET_NANOS = 2_000_000_000L;

    private final String name;
    private final ProgressBar bar;
    private long lastLine = System.nanoTime();
    private String pending = "";

    private ProgressDisplay(String name, ProgressBar bar) {
        this.name = name;
        this.bar = bar;
    }

    /** @param name of the net, at most some twenty letters */
    public static ProgressDisplay of(String name) {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return new ProgressDisplay(name, terminal ? bar(name) : null);
    }

    private static ProgressBar bar(String name) {
        return new ProgressBarBuilder()
                .setTaskName(String.format("%-18s", name))
                .setInitialMax(1)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .hideEta()
                .build();
    }

    @Override
    public void step(Progress p) {
        if (bar != null) {
            bar.maxHint((long) p.epochs() * p.batches());
            bar.stepTo((long) (p.epoch() - 1) * p.batches() + p.batch());
            if (p.batch() % 50 == 0 || p.batch() == p.batches()) {
                bar.setExtraMessage(
                        String.format(
                                Locale.ROOT,
                                " epoch %d/%d  loss %.4f  accuracy %.4f  %,.0f images/s",
                                p.epoch(),
                                p.epochs(),
                                p.loss(),
                                p.accuracy(),
                                p.imagesPerSecond()));
            }
        }
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
                                        "  held out: loss %.4f  accuracy %.4f",
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

    /** Leaves the last epoch's line standing. */
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
