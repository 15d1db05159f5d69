package chainrule.bench.path;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.bench.contender.Net;
import chainrule.data.Preprocessing;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.tensor.Shape;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Saving a model, and loading it onto the backend. Its work is the bytes of the parameters. */
public class ModelFileBenchmark extends Workbench {
    private static final List<String> CLASSES = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");

    @Param({"mlp40", "mnist", "cifar"})
    public String shape;

    private Sequential net;
    private Path folder;
    private Path saved;

    @Override
    void operands() {
        net = Net.named(shape).build(opened);
        try {
            folder = Files.createTempDirectory("chainrule-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        saved = folder.resolve("saved.safetensors");
        write(saved);
    }

    private void write(Path file) {
        Shape input = net.inputShape();
        ModelFile.save(file, net, "random", CLASSES, Preprocessing.none(input.size(input.rank() - 1)));
    }

    /** Writes and replaces the file; the file system decides when it is on the disk. */
    @Benchmark
    public Path save() {
        Path file = folder.resolve("again.safetensors");
        write(file);
        return file;
    }

    /** Reads the file, checks it and uploads all parameters. */
    @Benchmark
    public long load() {
        try (Scope _ = opened.openScope("model")) {
            return ModelFile.read(saved).build(opened).parameters().size();
        }
    }

    @Override
    void closeOperands() {
        try {
            Files.deleteIfExists(folder.resolve("again.safetensors"));
            Files.deleteIfExists(saved);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Work work(String operation, String shape, String onBackend) {
        try (Backend backend = Backends.open("reference", 1).backend();
                Scope _ = backend.openScope("count")) {
            long elements =
                    Net.named(shape).build(backend).parameters().stream().mapToLong(p -> p.shape().elements()).sum();
            double bytes = (double) Float.BYTES * elements;
            return operation.equals("load") ? Work.traffic(0, bytes, 0) : Work.traffic(bytes, 0, 0);
        }
    }
}
