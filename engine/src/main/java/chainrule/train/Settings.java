package chainrule.train;

import chainrule.io.Snapshot;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** Everything that the bits of a run depend on, by name, as stored in a checkpoint. */
record Settings(SequencedMap<String, String> entries) {
    private static final String PART = "settings";
    private static final int MOST_DIFFERENCES = 3;

    void save(Snapshot into) {
        entries.forEach(into.part(PART)::put);
    }

    /**
     * @throws IllegalArgumentException naming the differences, if the checkpoint belongs to a run with other settings
     */
    void requireSame(Checkpoints.Found found) {
        Snapshot then = found.snapshot().part(PART);
        SequencedSet<String> names = new LinkedHashSet<>(then.names());
        names.addAll(entries.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String before = then.has(name) ? then.text(name) : "none";
            String now = entries.getOrDefault(name, "none");
            if (!before.equals(now)) {
                differences.add(shown(name) + " was " + before + ", is " + now);
            }
        }
        if (!differences.isEmpty()) {
            int more = differences.size() - MOST_DIFFERENCES;
            throw new IllegalArgumentException(
                    found.file()
                            + " belongs to a run with other settings and cannot be resumed with these: "
                            + String.join("; ", differences.subList(0, Math.min(MOST_DIFFERENCES, differences.size())))
                            + (more > 0 ? "; and " + more + " more" : ""));
        }
    }

    private static String shown(String name) {
        return name.equals(Fingerprint.OPTIMIZER) ? "optimizer" : name;
    }
}
