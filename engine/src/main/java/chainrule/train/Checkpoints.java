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
 * Where, when and whether a training run keeps checkpoints, and whether it begins with one.
 *
 * <pre>{@code
 * trainer.checkpoint(new Checkpoints(folder, "tanh 5").every(Duration.ofMinutes(5)).resume(true))
 * }</pre>
 *
 * A checkpoint is a safetensors file {@code tanh-5-step-1200.safetensors} with everything the run needs to go on as if it
 * had never stopped. The last two of a run are kept; a damaged one is passed over for the one before. A run writes one
 * at its end too, so that a resumed study need not train a finished net again. One object serves one run.
 *
 * <p>A loop of one's own keeps checkpoints the same way: {@link #begin} before it; in it, {@link #save} where {@link #due}
 * or {@link #stopRequested} say so.
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
    private Consumer<String> tell = _ -> {};
    private BooleanSupplier stop = () -> false;
    private long lastStep;
    private long lastTime = System.nanoTime();

    /** An intact checkpoint of a run with the same settings. */
    public record Found(Path file, Snapshot snapshot) {}

    /**
     * Until told otherwise: written at the end only, and not resumed from.
     *
     * @param folder created when the first one is written
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

    /** Writes one every so many steps. */
    public Checkpoints everySteps(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("a checkpoint every " + steps + " steps: must be at least 1");
        }
        this.everySteps = steps;
        return this;
    }

    /** Writes one after the first step that ends so much time after the last one. */
    public Checkpoints every(Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("a checkpoint every " + time + ": must be a time above 0");
        }
        this.everyNanos = time.toNanos();
        return this;
    }

    /** Whether to begin with the newest checkpoint, if there is one. */
    public Checkpoints resume(boolean newest) {
        this.resume = newest;
        return this;
    }

    /** Who is told, one line at a time, what was resumed from, found damaged or could not be written. */
    public Checkpoints tell(Consumer<String> lines) {
        this.tell = lines;
        return this;
    }

    /** Asked after every step whether to write a checkpoint and stop there. */
    public Checkpoints stopWhen(BooleanSupplier asked) {
        this.stop = asked;
        return this;
    }

    /** Whether the run is to stop. */
    public boolean stopRequested() {
        return stop.getAsBoolean();
    }

    void tell(String line) {
        tell.accept(name + ": " + line);
    }

    /**
     * A run begins: looks for the newest intact checkpoint, if the run is to go on with one, and tells of those that it
     * cannot go on with.
     *
     * @param settings everything the run's bits depend on, in words; every checkpoint holds them
     * @throws IllegalArgumentException if the checkpoint is of a run with other settings; the message names what differs
     * @throws FormatException if it is of another version
     */
    public Optional<Found> begin(SequencedMap<String, String> settings) {
        this.settings = new Settings(settings);
        List<Path> files = files();
        if (!resume && !files.isEmpty()) {
            tell("the checkpoints of an earlier run in " + folder + " will be replaced");
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
            tell("no intact checkpoint is left; begins anew");
        }
        found.ifPresent(this.settings::requireSame);
        return found;
    }

    private Optional<Found> read(Path file) {
        Snapshot snapshot;
        try {
            snapshot = Snapshot.read(file);
        } catch (FormatException e) {
            tell(e.getMessage());
            return Optional.empty();
        }
        String format = snapshot.has("format") ? snapshot.text("format") : "none";
        if (!format.equals(FORMAT)) {
            throw new FormatException(file + ": its format is '" + format + "', expected '" + FORMAT + "'");
        }
        return Optional.of(new Found(file, snapshot));
    }

    /** The clock starts: the run begins, or goes on, after that step. */
    void start(long step) {
        lastStep = step;
        lastTime = System.nanoTime();
    }

    /** Whether it is time for a checkpoint after that step. */
    public boolean due(long step) {
        return step - lastStep >= everySteps || System.nanoTime() - lastTime >= everyNanos;
    }

    /**
     * Writes a checkpoint and deletes those that are no longer needed. Failing is told and does not end the run.
     *
     * @param step counted over the whole run; those of the run's earlier checkpoints are smaller
     * @param snapshot everything needed to go on; the settings are added to it
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
        tell("no checkpoint at step " + step + ": " + reason + "; earlier ones are untouched");
    }

    /** The run's checkpoints, the newest first. */
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

    /** The step in a checkpoint's name; −1 if the file is none of this run. */
    private long step(Path file) {
        Matcher matcher = fileName.matcher(file.getFileName().toString());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }
}
