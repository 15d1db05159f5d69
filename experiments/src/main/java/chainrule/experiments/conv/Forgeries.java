package chainrule.experiments.conv;

import chainrule.io.FormatException;
import chainrule.io.Snapshot;
import chainrule.train.Checkpoints;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** The forgeries of one sample that are done, in this run or before it was resumed, class by class. */
final class Forgeries {
    private final Map<Integer, Generator.Forgery> done = new LinkedHashMap<>();
    private final Checkpoints checkpoints;

    private Forgeries(Checkpoints checkpoints) {
        this.checkpoints = checkpoints;
    }

    /**
     * @param checkpoints null for none
     * @param pixels of one forgery
     * @param classes that the classifier knows
     * @throws FormatException if the checkpoint holds something else
     */
    static Forgeries begin(Checkpoints checkpoints, SequencedMap<String, String> settings, int pixels, int classes) {
        Forgeries forgeries = new Forgeries(checkpoints);
        if (checkpoints != null) {
            checkpoints.begin(settings).ifPresent(found -> forgeries.restore(found, pixels, classes));
        }
        return forgeries;
    }

    private void restore(Checkpoints.Found found, int pixels, int classes) {
        Snapshot from = found.snapshot();
        try {
            for (String wanted : from.part("error").names()) {
                done.put(
                        wanted(wanted, classes),
                        new Generator.Forgery(
                                from.part("pixels").values(wanted, pixels),
                                from.part("probabilities").values(wanted, classes),
                                from.part("error").number(wanted)));
            }
        } catch (FormatException e) {
            throw new FormatException(found.file() + " cannot be resumed: " + e.getMessage(), e);
        }
    }

    private static int wanted(String name, int classes) {
        for (int wanted = 0; wanted < classes; wanted++) {
            if (name.equals(Integer.toString(wanted))) {
                return wanted;
            }
        }
        throw new FormatException("there is a forgery towards class '" + name + "', expected 0 to " + (classes - 1));
    }

    /** The forgery towards a class; null if there is none yet. */
    Generator.Forgery of(int wanted) {
        return done.get(wanted);
    }

    /** One more is done. A checkpoint follows at once: it took a few hundred steps. */
    void add(int wanted, Generator.Forgery forgery) {
        done.put(wanted, forgery);
        if (checkpoints != null) {
            Snapshot all = new Snapshot();
            done.forEach(
                    (digit, f) -> {
                        String name = digit.toString();
                        all.part("pixels").put(name, new int[] {f.pixels().length}, f.pixels(), true);
                        all.part("probabilities")
                                .put(name, new int[] {f.probabilities().length}, f.probabilities(), true);
                        all.part("error").put(name, f.error());
                    });
            checkpoints.save(done.size(), all);
        }
    }
}
