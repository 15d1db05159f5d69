package chainrule.train;

import chainrule.backend.Backend;
import chainrule.data.Dataset;
import chainrule.io.LayerJson;
import chainrule.layer.Layer;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * Describes everything that the bits of a run depend on. A run can resume from a checkpoint only if all descriptions
 * are equal. The number of epochs and the number of threads are not included.
 */
final class Fingerprint {
    /** The number of inputs that represent the content of a data set, in addition to all labels. */
    private static final int SAMPLE = 32;

    /** The name of the optimizer's entry, spelled as in all checkpoints of format 1. */
    static final String OPTIMIZER = "optimiser";

    private Fingerprint() {}

    /** Describes a run before its first step. */
    static SequencedMap<String, String> of(Trainer run, Dataset train) {
        SequencedMap<String, String> entries = new LinkedHashMap<>();
        Sequential net = run.net;
        entries.put("backend", net.backend().name());
        entries.put("seed", Long.toString(run.seed));
        entries.put("batch size", Integer.toString(run.batchSize));
        entries.put("training data", describe(train));
        entries.put("validation data", run.validation == null ? "none" : describe(run.validation));
        entries.put("loss", run.loss.toString());
        entries.put(OPTIMIZER, run.optimizer.description());
        entries.put("schedule", run.schedule == null ? "none" : run.schedule.description());
        entries.put("gradient clipping", run.guard.description());
        entries.put("gradient probe", run.probe == null ? "none" : run.probe.description());
        entries.put("augmentation", run.augmentation.toString());
        entries.put("label smoothing", Double.toString(run.labelSmoothing));
        entries.put("listeners", run.stateful().stream().map(Stateful::description).toList().toString());
        entries.put("input shape", net.inputShape().toString());
        for (Sequential.Stage stage : net.stages()) {
            entries.put("layer " + stage.name(), describe(stage.layer()));
        }
        List<String> frozen = net.parameters().stream().filter(Parameter::frozen).map(Parameter::name).toList();
        entries.put("frozen", frozen.toString());
        entries.put("initial weights", digits(weights(net)));
        return entries;
    }

    private static String describe(Layer layer) {
        try {
            return LayerJson.write(List.of(layer)).get(0).toString();
        } catch (IllegalArgumentException _) { // not one of the engine's layers
            return layer.toString();
        }
    }

    private static String describe(Dataset data) {
        int[] labels = new int[data.size()];
        Arrays.setAll(labels, data::label);
        long hash = Arrays.hashCode(labels);
        float[] input = new float[data.inputShape().elements()];
        int inputs = Math.min(SAMPLE, data.size());
        for (int i = 0; i < inputs; i++) {
            data.input((int) ((long) i * data.size() / inputs), input, 0);
            hash = 31 * hash + Arrays.hashCode(input);
        }
        return data.size() + " examples of " + data.name() + " (" + digits(hash) + ")";
    }

    private static long weights(Sequential net) {
        Backend backend = net.backend();
        long hash = 0;
        for (Parameter p : net.parameters()) {
            hash = 31 * hash + Arrays.hashCode(backend.download(p));
        }
        return hash;
    }

    private static String digits(long hash) {
        return String.format(Locale.ROOT, "%08x", hash);
    }
}
