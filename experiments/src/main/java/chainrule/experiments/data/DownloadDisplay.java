package chainrule.experiments.data;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows the progress of a download on standard error: a bar on a terminal; elsewhere, such as in a log file, a line at
 * the start and one for every tenth.
 */
final class DownloadDisplay implements Download.Progress {
    private static final long MEGABYTE = 1_000_000;

    private final RemoteFile file;
    private final PrintStream out;
    private final ProgressBar bar;
    private long tenths = -1;

    private DownloadDisplay(RemoteFile file, PrintStream out, ProgressBar bar) {
        this.file = file;
        this.out = out;
        this.bar = bar;
        out.println("downloading " + file.describe());
    }

    /** The display for the standard error stream of this program. */
    static DownloadDisplay of(RemoteFile file) {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return new DownloadDisplay(file, System.err, terminal ? bar(file) : null);
    }

    /** A display that prints lines. */
    static DownloadDisplay lines(RemoteFile file, PrintStream out) {
        return new DownloadDisplay(file, out, null);
    }

    private static ProgressBar bar(RemoteFile file) {
        return new ProgressBarBuilder()
                .setTaskName(file.name())
                .setInitialMax(file.bytes())
                .setUnit(" MB", MEGABYTE)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .showSpeed()
                .build();
    }

    @Override
    public void at(long bytes) {
        if (bar != null) {
            bar.stepTo(bytes);
        } else if (bytes * 10 / file.bytes() != tenths) {
            tenths = bytes * 10 / file.bytes();
            out.println(String.format(Locale.ROOT, "  %d %%", 10 * tenths));
        }
    }

    @Override
    public void note(String text) {
        if (bar != null) {
            bar.setExtraMessage(" " + text);
        } else {
            out.println("  " + text);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
