package chainrule.train;

import chainrule.backend.reference.ReferenceBackend;
import chainrule.data.ByteImages;
import chainrule.fuzz.Target;
import chainrule.fuzz.Wrap;
import chainrule.io.FormatException;
import chainrule.io.Safetensors;
import chainrule.io.SafetensorsTargets;
import chainrule.io.SafetensorsWriter;
import chainrule.layer.BatchNorm;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.probe.GradientProbe;
import chainrule.tensor.Shape;
import chainrule.train.schedule.ReduceOnPlateau;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Resumes training from a checkpoint: two epochs of two steps with all components that have state. Each process writes
 * a new checkpoint, because its contents change with the engine; the corpus lists the changes to make in it.
 */
public final class CheckpointTargets {
    private static final String NAME = "fuzz";
    private static final String FILE = NAME + "-step-3.safetensors";
    private static final byte[] WHOLE = afterThreeSteps();

    /** For {@code chainrule.fuzz.Targets}. The allowance also covers the run and the files that it writes. */
    public static final List<Target> ALL =
            List.of(
                    Target.of(
                                    "checkpoint",
                                    CheckpointTargets::resume,
                                    new Target.Memory(400, 16 << 20),
                                    FormatException.class)
                            .wrapped("checkpoint", CheckpointTargets::changed));

    private CheckpointTargets() {}

    /** An unchanged checkpoint. */
    public static byte[] whole() {
        return WHOLE.clone();
    }

    private static byte[] afterThreeSteps() {
        try {
            Path folder = emptied();
            AtomicInteger calls = new AtomicInteger(); // one at the start, then one after each step
            fit(new Checkpoints(folder, NAME).stopWhen(() -> calls.getAndIncrement() == 3));
            byte[] checkpoint = Files.readAllBytes(folder.resolve(FILE));
            emptied();
            return checkpoint;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path emptied() throws IOException {
        Path folder = Files.createDirectories(Wrap.place("checkpoints"));
        folder.toFile().deleteOnExit();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        return folder;
    }

    private static void fit(Checkpoints checkpoints) {
        try (ReferenceBackend backend = new ReferenceBackend()) {
            backend.openScope("fuzz");
            Sequential net = Sequential.build(backend, 3, Shape.of(2), new Dense(2), new BatchNorm(), new Dense(3));
            ByteImages data =
                    new ByteImages(
                            "four",
                            Shape.of(2),
                            new byte[] {1, 2, 3, 4, 5, 6, 7, 8},
                            new byte[4],
                            List.of("a", "b", "c"));
            new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Adam(0.01))
                    .batchSize(2)
                    .epochs(2)
                    .validation(data)
                    .schedule(new ReduceOnPlateau(ReduceOnPlateau.Goal.MINIMIZE, 0.5, 0))
                    .listener(new BestWeights(net))
                    .listener(EarlyStopping.patience(50))
                    .listener(new EpochWeights(net, 1))
                    .probe(new GradientProbe(1))
                    .checkpoint(checkpoints)
                    .fit(data);
        }
    }

    private static void resume(byte[] checkpoint) throws IOException {
        Path folder = emptied();
        Files.write(folder.resolve(FILE), checkpoint);
        String[] messages = {""};
        Checkpoints checkpoints = new Checkpoints(folder, NAME).resume(true).log(line -> messages[0] += line);
        try {
            fit(checkpoints);
        } catch (IllegalArgumentException e) {
            if (e.getMessage().startsWith(folder.toString())) { // different settings or too few epochs
                throw new FormatException(e.getMessage(), e);
            }
            throw e;
        } finally {
            emptied();
        }
        if (messages[0].contains("no valid checkpoint found")) {
            throw new FormatException(messages[0]);
        }
    }

    /**
     * The checkpoint with some entries changed: a line "name=text" sets a text or a number, "#name=1 2 3" a tensor; a
     * line without an equals sign removes an entry.
     */
    private static byte[] changed(byte[] lines) {
        Safetensors whole = Safetensors.parse("whole", WHOLE);
        Map<String, String> changes = Wrap.lines(lines);
        SafetensorsWriter snapshot = new SafetensorsWriter().metadata("sha256", "0".repeat(64));
        whole.metadata().forEach((name, text) -> put(snapshot, name, changes.getOrDefault(name, text)));
        for (String name : whole.names()) {
            if (!changes.containsKey("#" + name)) {
                snapshot.add(name, whole.shape(name), whole.values(name), true);
            }
        }
        changes.forEach(
                (name, text) -> {
                    if (!name.startsWith("#")) {
                        put(snapshot, name, text);
                    } else if (!text.isEmpty()) {
                        double[] values =
                                Arrays.stream(text.split(" ")).mapToDouble(CheckpointTargets::number).toArray();
                        snapshot.add(name.substring(1), new int[] {values.length}, values, true);
                    }
                });
        return SafetensorsTargets.sealed(snapshot.bytes());
    }

    private static void put(SafetensorsWriter snapshot, String name, String text) {
        if (!name.equals("sha256") && !text.isEmpty()) {
            snapshot.metadata(name, text);
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
