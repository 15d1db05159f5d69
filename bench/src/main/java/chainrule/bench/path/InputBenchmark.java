package chainrule.bench.path;

import chainrule.bench.contender.Net;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.ByteImages;
import chainrule.data.Prefetcher;
import chainrule.data.augment.Augmentation;
import chainrule.data.augment.HorizontalFlip;
import chainrule.data.augment.RandomCrop;
import chainrule.data.augment.Rotation;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * The input pipeline: one batch of 128 images of a shuffled epoch, as float. It runs on the host, whatever the backend
 * is. Its work is the bytes of the batch.
 */
public class InputBenchmark extends Workbench {
    private static final int IMAGES = 20 * Net.BATCH;
    private static final int CLASSES = 10;

    @Param({"28x28x1", "32x32x3"})
    public String shape;

    private Batches plain;
    private Batches augmented;
    private Iterator<Batch> plainEpoch;
    private Iterator<Batch> augmentedEpoch;
    private Prefetcher prefetcher;
    private int epochs;

    @Override
    void operands() {
        ByteImages images = images(shape);
        List<Augmentation> steps = List.of(new HorizontalFlip(), new RandomCrop(4), new Rotation(10, 0));
        plain = new Batches(images, Net.BATCH);
        augmented = new Batches(images, Net.BATCH).augmented(steps);
    }

    private static ByteImages images(String shape) {
        int[] sizes = PrimitiveSet.sizes(shape);
        Shape image = Shape.of(sizes);
        Random random = new Random(1);
        byte[] pixels = new byte[IMAGES * image.elements()];
        random.nextBytes(pixels);
        byte[] labels = new byte[IMAGES];
        for (int i = 0; i < IMAGES; i++) {
            labels[i] = (byte) random.nextInt(CLASSES);
        }
        return new ByteImages(
                "random", image, pixels, labels, List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
    }

    /** Shuffled, without augmentation, in the calling thread. */
    @Benchmark
    public Batch shuffled() {
        if (plainEpoch == null || !plainEpoch.hasNext()) {
            plainEpoch = plain.epoch(RandomStream.of(1, "run"), ++epochs, 0).iterator();
        }
        return plainEpoch.next();
    }

    /** Flipped, cropped and rotated, in the calling thread. */
    @Benchmark
    public Batch augmented() {
        if (augmentedEpoch == null || !augmentedEpoch.hasNext()) {
            augmentedEpoch = augmented.epoch(RandomStream.of(1, "run"), ++epochs, 0).iterator();
        }
        return augmentedEpoch.next();
    }

    /** The same, prepared by background threads: the time between two batches if nothing else is to do. */
    @Benchmark
    public Batch prefetched() {
        if (prefetcher == null || !prefetcher.hasNext()) {
            closeOperands();
            prefetcher = augmented.prefetch(RandomStream.of(1, "run"), ++epochs, 0);
        }
        return prefetcher.next();
    }

    @Override
    void closeOperands() {
        if (prefetcher != null) {
            prefetcher.close();
        }
    }

    @Override
    public Work work(String operation, String shape, String onBackend) {
        return Work.traffic(0, (double) Float.BYTES * Net.BATCH * Shape.of(PrimitiveSet.sizes(shape)).elements(), 0);
    }
}
