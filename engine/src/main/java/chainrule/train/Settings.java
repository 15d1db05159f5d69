package chainrule.train;

import chainrule.io.Snapshot;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** What a run's bits depend on, name by name in words, as a checkpoint holds it. */
record Settings(SequencedMap<String, String> entries) {
    private static final String PART = "settings";
    private static final int MOST_DIFFERENCES = 3;

    void save(Snapshot into) {
        entries.forEach(into.part(PART)::put);
    }

    /** @throws IllegalArgumentException naming what differs, if the checkpoint is of a run with other settings */
    void requireSame(Checkpoints.Found found) {
        Snapshot then = found.snapshot().part(PART);
        SequencedSet<String> names = new LinkedHashSet<>(then.names());
        names.addAll(entries.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String before = then.has(name) ? then.text(name) : "none";
            String now = entries.getOrDefault(name, "none");
            if (!before.equals(now)) {
                differences.add(name + " was " + before + ", is " + now);
            }
        }
        if (!differences.isEmpty()) {
            int more = differences.size() - MOST_DIFFERENCES;
            throw new IllegalArgumentException(
                    found.file()
                            + " is of a run with other settings and cannot be resumed with these: "
                            + String.join("; ", differences.subList(0, Math.min(MOST_DIFFERENCES, differences.size())))
                            + (more > 0 ? "; and " + more + " more" : ""));
        }
    }
}
