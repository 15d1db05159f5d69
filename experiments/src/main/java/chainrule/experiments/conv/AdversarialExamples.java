package chainrule.experiments.conv;

import chainrule.io.FormatException;
import chainrule.io.Snapshot;
import chainrule.train.Checkpoints;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** The finished adversarial examples of one sample, by target class; a checkpoint holds them. */
final class AdversarialExamples {
    private final Map<Integer, Generator.AdversarialExample> done = new LinkedHashMap<>();
    private final Checkpoints checkpoints;

    private AdversarialExamples(Checkpoints checkpoints) {
        this.checkpoints = checkpoints;
    }

    /**
     * @param checkpoints null for none
     * @param pixels of one example
     * @param classes of the classifier
     * @throws FormatException if the checkpoint holds something else
     */
    static AdversarialExamples begin(
            Checkpoints checkpoints, SequencedMap<String, String> settings, int pixels, int classes) {
        AdversarialExamples examples = new AdversarialExamples(checkpoints);
        if (checkpoints != null) {
            checkpoints.begin(settings).ifPresent(found -> examples.restore(found, pixels, classes));
        }
        return examples;
    }

    private void restore(Checkpoints.Found found, int pixels, int classes) {
        Snapshot from = found.snapshot();
        try {
            for (String target : from.part("error").names()) {
                done.put(
                        target(target, classes),
                        new Generator.AdversarialExample(
                                from.part("pixels").values(target, pixels),
                                from.part("probabilities").values(target, classes),
                                from.part("error").number(target)));
            }
        } catch (FormatException e) {
            throw new FormatException(found.file() + " cannot be resumed: " + e.getMessage(), e);
        }
    }

    private static int target(String name, int classes) {
        for (int target = 0; target < classes; target++) {
            if (name.equals(Integer.toString(target))) {
                return target;
            }
        }
        throw new FormatException("it has an example with target class '" + name + "', expected 0 to " + (classes - 1));
    }

    /** The example with that target class; null if there is none yet. */
    Generator.AdversarialExample of(int target) {
        return done.get(target);
    }

    /** Adds a finished example and writes a checkpoint. */
    void add(int target, Generator.AdversarialExample example) {
        done.put(target, example);
        if (checkpoints != null) {
            Snapshot all = new Snapshot();
            done.forEach(
                    (label, e) -> {
                        String name = label.toString();
                        all.part("pixels").put(name, new int[] {e.pixels().length}, e.pixels(), true);
                        all.part("probabilities")
                                .put(name, new int[] {e.probabilities().length}, e.probabilities(), true);
                        all.part("error").put(name, e.error());
                    });
            checkpoints.save(done.size(), all);
        }
    }
}
