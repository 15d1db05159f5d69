package chainrule.bench.contender;

import com.google.gson.JsonObject;

import java.util.List;
import java.util.SequencedMap;

/** A contender that runs. Each method throws a {@link ContenderFailure} if the contender cannot do its part. */
public interface Session extends AutoCloseable {
    /**
     * The answer to the description of a net.
     *
     * @param losses of the {@link Check}; empty if there was none
     * @param facts versions, threads, device
     */
    record Ready(List<Double> losses, SequencedMap<String, String> facts) {}

    /** Starts contenders. */
    @FunctionalInterface
    interface Launcher {
        Session start(Contender contender);
    }

    /** Lets the contender build what the request describes. */
    Ready prepare(JsonObject request);

    /** Runs whole steps for about that many seconds. */
    Window run(double seconds);

    @Override
    void close();
}
