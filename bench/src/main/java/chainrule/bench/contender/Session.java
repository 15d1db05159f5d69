package chainrule.bench.contender;

import com.google.gson.JsonObject;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A contender that runs. Each method throws a {@link ContenderFailure} if the contender cannot do its part. */
public interface Session extends AutoCloseable {
    /**
     * The answer to the description of a net.
     *
     * @param losses of the {@link Check}; empty if there was none
     * @param facts versions, threads, device
     * @param hasParts true if it can tell where a step goes
     */
    record Ready(List<Double> losses, SequencedMap<String, String> facts, boolean hasParts) {}

    /**
     * Where a step goes: seconds by what takes them.
     *
     * @param step as the step runs
     * @param alone on a GPU, with each primitive waited for before the next; empty on a CPU
     */
    record Parts(Map<String, Double> step, Map<String, Double> alone) {
        /** Not known. */
        public static final Parts UNKNOWN = new Parts(Map.of(), Map.of());

        public Parts {
            step = Collections.unmodifiableMap(new LinkedHashMap<>(step));
            alone = Collections.unmodifiableMap(new LinkedHashMap<>(alone));
        }
    }

    /** Starts contenders. */
    @FunctionalInterface
    interface Launcher {
        Session start(Contender contender);
    }

    /** Lets the contender build what the request describes. */
    Ready prepare(JsonObject request);

    /** Runs whole steps for about that many seconds. */
    Window run(double seconds);

    /** Finds where a step goes, in about that many seconds. Asked only if it said that it can. */
    Parts parts(double seconds);

    @Override
    void close();
}
