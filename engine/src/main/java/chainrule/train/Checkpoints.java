package chainrule.train;

import chainrule.io.DurableFile;
import chainrule.io.FormatException;
import chainrule.io.Snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Configures the checkpoints of a training run: where and how often they are written, and whether to resume from one.
 *
 * <pre>{@code
 * trainer.checkpoint(new Checkpoints(folder, "tanh 5").every(Duration.ofMinutes(5)).resume(true))
 * }</pre>
 *
 * A checkpoint is a safetensors file {@code tanh-5-step-1200.safetensors} with the complete state of the run: a resumed
 * run produces the same bits as an uninterrupted one. The last two checkpoints are kept; if the newest is damaged, the
 * previous one is used. A checkpoint is also written at the end, so that resuming does not repeat a finished run. Use
 * one object per run.
 *
 * <p>A custom training loop can write checkpoints as well: call {@link #begin} before the loop and {@link #save} in it
 * whenever {@link #due} or {@link #stopRequested} returns true.
 */
public final class Checkpoints {
    /** The version this engine writes and reads. */
    static final String FORMAT = "chainrule-checkpoint-1";

    private static final int KEPT = 2;

    private final Path folder;
    private final String name;
    private final Pattern fileName;
    private final List<Path> obsolete = new ArrayList<>();
    private long everySteps = Long.MAX_VALUE;
    private long everyNanos = Long.MAX_VALUE;
    private boolean resume;
    private Settings settings = new Settings(new LinkedHashMap<>());
    private Consumer<String> log = _ -> {};
    private BooleanSupplier stop = () -> false;
    private long lastStep;
    private long lastTime = System.nanoTime();

    /** A valid checkpoint of a run with the same settings. */
    public record Found(Path file, Snapshot snapshot) {}

    /**
     * Creates a configuration that writes a checkpoint at the end only and does not resume.
     *
     * @param folder created when the first checkpoint is written
     * @param name of the net, unique within the folder
     */
    public Checkpoints(Path folder, String name) {
        this.folder = folder;
        this.name = name;
        this.fileName = Pattern.compile(Pattern.quote(stem()) + "-step-(\\d{1,18})\\.safetensors");
    }

    private String stem() {
        return name.replaceAll("[^\\p{Alnum}.]+", "-");
    }

    /** Writes a checkpoint every {@code steps} steps. */
    public Checkpoints everySteps(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("a checkpoint every " + steps + " steps: must be at least 1");
        }
        this.everySteps = steps;
        return this;
    }

    /** Writes a checkpoint after the first step that ends at least {@code time} after the last checkpoint. */
    public Checkpoints every(Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("a checkpoint every " + time + ": must be a time above 0");
        }
        this.everyNanos = time.toNanos();
        return this;
    }

    /** Sets whether to resume from the newest checkpoint, if there is one. */
    public Checkpoints resume(boolean newest) {
        this.resume = newest;
        return this;
    }

    /** Sets the receiver of messages about resuming, damaged files and failed writes, one line each. */
    public Checkpoints log(Consumer<String> lines) {
        this.log = lines;
        return this;
    }

    /** Sets a condition, evaluated after every step, on which the run writes a checkpoint and stops. */
    public Checkpoints stopWhen(BooleanSupplier condition) {
        this.stop = condition;
        return this;
    }

    /** Returns true if the run is to stop. */
    public boolean stopRequested() {
        return stop.getAsBoolean();
    }

    void log(String line) {
        log.accept(name + ": " + line);
    }

    /**
     * Begins a run: finds the newest valid checkpoint if the run is to resume, and logs all invalid ones.
     *
     * @param settings everything that the bits of the run depend on, by name; stored in every checkpoint
     * @throws IllegalArgumentException if the checkpoint belongs to a run with other settings; the message names the
     *     differences
     * @throws FormatException if the checkpoint has another version
     */
    public Optional<Found> begin(SequencedMap<String, String> settings) {
        this.settings = new Settings(settings);
        List<Path> files = files();
        if (!resume && !files.isEmpty()) {
            log("the checkpoints of an earlier run in " + folder + " will be replaced");
        }
        Optional<Found> found = Optional.empty();
        for (Path file : files) {
            if (resume && found.isEmpty()) {
                found = read(file);
            }
            if (found.isEmpty()) {
                obsolete.add(file);
            }
        }
        if (resume && found.isEmpty() && !files.isEmpty()) {
            log("no valid checkpoint found; starting from scratch");
        }
        found.ifPresent(this.settings::requireSame);
        return found;
    }

    private Optional<Found> read(Path file) {
        Snapshot snapshot;
        try {
            snapshot = Snapshot.read(file);
        } catch (FormatException e) {
            log(e.getMessage());
            return Optional.empty();
        }
        String format = snapshot.has("format") ? snapshot.text("format") : "none";
        if (!format.equals(FORMAT)) {
            throw new FormatException(file + ": its format is '" + format + "', expected '" + FORMAT + "'");
        }
        return Optional.of(new Found(file, snapshot));
    }

    /** Starts the clock when the run begins or resumes after that step. */
    void start(long step) {
        lastStep = step;
        lastTime = System.nanoTime();
    }

    /** Returns true if a checkpoint is due after that step. */
    public boolean due(long step) {
        return step - lastStep >= everySteps || System.nanoTime() - lastTime >= everyNanos;
    }

    /**
     * Writes a checkpoint and deletes obsolete ones. A failed write is logged; training continues.
     *
     * @param step counted over the whole run, greater than in earlier checkpoints
     * @param snapshot the complete state of the run; the settings are added to it
     */
    public void save(long step, Snapshot snapshot) {
        Path file = folder.resolve(stem() + "-step-" + step + ".safetensors");
        try {
            Files.createDirectories(folder);
            DurableFile.deleteLeftovers(folder);
            snapshot.put("format", FORMAT);
            settings.save(snapshot);
            snapshot.write(file);
            obsolete.remove(file);
            List<Path> unneeded = new ArrayList<>(obsolete);
            files().stream().filter(kept -> !obsolete.contains(kept)).skip(KEPT).forEach(unneeded::add);
            for (Path old : unneeded) {
                Files.deleteIfExists(old);
            }
            obsolete.clear();
        } catch (IOException e) {
            failed(step, folder + ": " + DurableFile.reason(e));
        } catch (UncheckedIOException e) {
            failed(step, e.getMessage());
        }
        start(step);
    }

    private void failed(long step, String reason) {
        log("could not write the checkpoint at step " + step + ": " + reason + "; earlier checkpoints are kept");
    }

    /** Returns the run's checkpoints, newest first. */
    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> step(file) >= 0)
                    .sorted(Comparator.comparingLong(this::step).reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the checkpoints in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Returns the step in a checkpoint's name; −1 for files that are not checkpoints of this run. */
    private long step(Path file) {
        Matcher matcher = fileName.matcher(file.getFileName().toString());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }
}
