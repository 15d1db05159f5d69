package chainrule.experiments.soak;

import chainrule.experiments.report.OutputException;
import chainrule.train.History;
import chainrule.train.TrainingListener;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples the memory of the process at intervals, between two training steps. Prints each sample and appends it to a
 * file at once, so that no sample is lost if the soak ends early. Ends the training when the time is over.
 */
final class MemoryLog implements TrainingListener, AutoCloseable {
    private final PrintWriter file;
    private final double length;
    private final double every;
    private final long start = System.nanoTime();
    private final List<MemorySample> samples = new ArrayList<>();
    private long steps;

    private MemoryLog(PrintWriter file, Duration length, Duration every) {
        this.file = file;
        this.length = length.toNanos() / 1e9;
        this.every = every.toNanos() / 1e9;
    }

    /** @throws OutputException if the file cannot be written */
    static MemoryLog start(Path csv, Duration length, Duration every) {
        try {
            PrintWriter file = new PrintWriter(Files.newBufferedWriter(csv, StandardCharsets.UTF_8), true);
            MemoryLog log = new MemoryLog(file, length, every);
            file.println(MemorySample.CSV_HEADER);
            log.take();
            return log;
        } catch (IOException e) {
            throw new OutputException("cannot write " + csv + ": " + e.getMessage(), e);
        }
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private void take() {
        MemorySample sample = MemorySample.take(seconds(), steps);
        samples.add(sample);
        file.println(sample.csv());
        System.out.println(sample.words());
    }

    @Override
    public void step(Progress progress) {
        steps++;
        if (seconds() >= every * samples.size()) {
            take();
        }
    }

    @Override
    public boolean epoch(History.Epoch epoch) {
        return !over();
    }

    /** True if the time is over. */
    boolean over() {
        return seconds() >= length;
    }

    List<MemorySample> samples() {
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        file.close();
    }
}
