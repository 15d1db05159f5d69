package chainrule.experiments.conv;

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

    /** @param checkpoints null for none */
    static Forgeries begin(Checkpoints checkpoints, SequencedMap<String, String> settings) {
        Forgeries forgeries = new Forgeries(checkpoints);
        if (checkpoints != null) {
            checkpoints.begin(settings).ifPresent(found -> forgeries.restore(found.snapshot()));
        }
        return forgeries;
    }

    private void restore(Snapshot from) {
        for (String wanted : from.part("error").names()) {
            done.put(
                    Integer.valueOf(wanted),
                    new Generator.Forgery(
                            from.part("pixels").values(wanted),
                            from.part("probabilities").values(wanted),
                            from.part("error").number(wanted)));
        }
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
