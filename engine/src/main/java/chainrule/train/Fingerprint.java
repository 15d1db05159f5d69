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
 * Everything a run's bits depend on, in words: what must be the same for a run to go on where another stopped. The number
 * of epochs is not among it, nor the number of threads.
 */
final class Fingerprint {
    /** The content of a data set is told by its labels and so many inputs. */
    private static final int SAMPLE = 32;

    private Fingerprint() {}

    /** Of a run that has not begun. */
    static SequencedMap<String, String> of(Trainer run, Dataset train) {
        SequencedMap<String, String> entries = new LinkedHashMap<>();
        Sequential net = run.net;
        entries.put("backend", net.backend().name());
        entries.put("seed", Long.toString(run.seed));
        entries.put("batch size", Integer.toString(run.batchSize));
        entries.put("training data", describe(train));
        entries.put("validation data", run.validation == null ? "none" : describe(run.validation));
        entries.put("loss", run.loss.toString());
        entries.put("optimiser", run.optimizer.description());
        entries.put("schedule", run.schedule == null ? "none" : run.schedule.description());
        entries.put("gradient clipping", run.guard.description());
        entries.put("gradient probe", run.probe == null ? "none" : run.probe.description());
        entries.put("augmentation", run.augmentation.toString());
        entries.put("label smoothing", Double.toString(run.labelSmoothing));
        entries.put("listeners", run.remembering().stream().map(Stateful::description).toList().toString());
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
        } catch (IllegalArgumentException _) { // a layer of the user's own
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
        Backend k = net.backend();
        long hash = 0;
        for (Parameter p : net.parameters()) {
            hash = 31 * hash + Arrays.hashCode(k.download(p.buffer()));
        }
        return hash;
    }

    private static String digits(long hash) {
        return String.format(Locale.ROOT, "%08x", hash);
    }
}
