package chainrule.experiments.conv;

import chainrule.data.augment.Augmentation;
import chainrule.data.augment.HorizontalFlip;
import chainrule.data.augment.Shift;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.optimizer.Adam;
import chainrule.optimizer.Optimizer;
import chainrule.train.schedule.OneCycle;
import chainrule.train.schedule.Schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A net for CIFAR-10 and how it is trained.
 *
 * @param batch images per step
 * @param augmentation of images whose channels have mean 0
 * @param smoothing of the labels
 * @param words all of this for a run's header
 */
record CifarRecipe(
        List<Layer> layers,
        int epochs,
        int batch,
        Optimizer optimizer,
        Schedule schedule,
        List<Augmentation> augmentation,
        double smoothing,
        String words) {
    private static final int SHIFT = 4;

    /**
     * The assignment's net: three blocks of (convolution, ReLU, batch norm) twice, max-pooling and dropout; a hidden
     * layer of 128 with ReLU, batch norm and 50 % dropout; softmax, which the loss adds. Adam; flips and shifts.
     */
    static CifarRecipe assignment(CifarStudy o) {
        List<Layer> layers = new ArrayList<>();
        for (int block = 0; block < o.filters.size(); block++) {
            for (int i = 0; i < 2; i++) {
                layers.addAll(List.of(Conv2d.same(o.filters.get(block), 3), Activation.named("relu"), new BatchNorm()));
            }
            layers.add(MaxPool2d.of(2));
            dropout(layers, o.dropout.get(block));
        }
        layers.addAll(List.of(new Flatten(), new Dense(128), Activation.named("relu"), new BatchNorm()));
        dropout(layers, o.dropout.getLast());
        layers.add(new Dense(10));
        return new CifarRecipe(
                layers,
                o.epochs,
                o.batch,
                Adam.withDecay(o.rate, o.decay),
                new OneCycle(o.epochs),
                o.augment ? List.of(new HorizontalFlip(), new Shift(SHIFT, SHIFT, 0)) : List.of(),
                o.smoothing,
                String.format(
                        Locale.ROOT,
                        "%s %s, one cycle over %d epochs, batch %d, dropout %s%s%s",
                        o.decay > 0 ? "AdamW" : "Adam",
                        o.rate + (o.decay > 0 ? " with weight decay " + o.decay : ""),
                        o.epochs,
                        o.batch,
                        o.dropout,
                        o.augment ? ", flips, shifts ≤ " + SHIFT + " pixels" : "",
                        o.smoothing > 0 ? ", label smoothing " + o.smoothing : ""));
    }

    private static void dropout(List<Layer> layers, double rate) {
        if (rate > 0) {
            layers.add(new Dropout(rate));
        }
    }
}
