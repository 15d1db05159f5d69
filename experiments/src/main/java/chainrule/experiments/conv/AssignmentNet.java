package chainrule.experiments.conv;

import chainrule.backend.Backend;
import chainrule.data.Dataset;
import chainrule.data.augment.Augmentation;
import chainrule.data.augment.HorizontalFlip;
import chainrule.data.augment.Shift;
import chainrule.data.augment.TestTime;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.optimizer.Adam;
import chainrule.train.Trainer;
import chainrule.train.schedule.OneCycle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The assignment's net: three blocks of (convolution, ReLU, batch norm) twice, max-pooling and dropout; a hidden layer of
 * 128 with ReLU, batch norm and dropout; softmax, which the loss adds. Adam; flips and shifts.
 */
record AssignmentNet(
        List<Integer> filters,
        List<Double> dropout,
        int epochs,
        int batch,
        double rate,
        double decay,
        boolean augment,
        double smoothing)
        implements CifarRecipe {
    static final int EPOCHS = 100;
    static final int BATCH = 128;

    private static final int SHIFT = 4;

    @Override
    public Sequential build(Backend k, long seed, Dataset train) {
        List<Layer> layers = new ArrayList<>();
        for (int block = 0; block < filters.size(); block++) {
            for (int i = 0; i < 2; i++) {
                layers.addAll(List.of(Conv2d.same(filters.get(block), 3), Activation.named("relu"), new BatchNorm()));
            }
            layers.add(MaxPool2d.of(2));
            drop(layers, dropout.get(block));
        }
        layers.addAll(List.of(new Flatten(), new Dense(128), Activation.named("relu"), new BatchNorm()));
        drop(layers, dropout.getLast());
        layers.add(new Dense(10));
        return Sequential.build(k, seed, train.inputShape(), layers);
    }

    private static void drop(List<Layer> layers, double share) {
        if (share > 0) {
            layers.add(new Dropout(share));
        }
    }

    @Override
    public Trainer trainer(Sequential net) {
        List<Augmentation> augmentation =
                augment ? List.of(new HorizontalFlip(), new Shift(SHIFT, SHIFT, 0)) : List.of();
        return new Trainer(net, CifarStudy.LOSS, Adam.withDecay(rate, decay))
                .batchSize(batch)
                .epochs(epochs)
                .schedule(new OneCycle(epochs))
                .augment(augmentation)
                .labelSmoothing(smoothing);
    }

    @Override
    public boolean keepsBest() {
        return true;
    }

    @Override
    public TestTime testTime() {
        return TestTime.NONE;
    }

    @Override
    public String words() {
        return String.format(
                Locale.ROOT,
                "%s %s, one cycle over %d epochs, batch %d, dropout %s%s%s",
                decay > 0 ? "AdamW" : "Adam",
                rate + (decay > 0 ? " with weight decay " + decay : ""),
                epochs,
                batch,
                dropout,
                augment ? ", flips, shifts ≤ " + SHIFT + " pixels" : "",
                smoothing > 0 ? ", label smoothing " + smoothing : "");
    }
}
