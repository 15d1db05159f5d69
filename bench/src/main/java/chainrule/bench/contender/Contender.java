package chainrule.bench.contender;

import java.util.List;
import java.util.Map;

/**
 * A program that can be measured: one of our backends in a JVM of its own, or a peer such as PyTorch.
 *
 * <p>The protocol: it reads one JSON object a line from its standard input and answers each with one line on its standard
 * output.
 *
 * <ol>
 *   <li>{@code {"net": "mlp5", "input": [784], "layers": […], "optimizer": {…}, "batch": 128, "threads": 2, "device": "",
 *       "mode": "train", "check": "FILE"}} describes a net. The program first does the work of the check (see Check.java),
 *       then builds the net for the measurement, and answers {@code {"losses": […], "facts": {…}}}.
 *   <li>{@code {"run": 0.2}} asks it to run whole steps for about that many seconds. It answers {@code {"seconds": …, "steps":
 *       …, "cpuSeconds": …, "peakBytes": …}}; when it infers, also with the latencies {@code "p50"} and {@code "p99"} in
 *       seconds.
 *   <li>If its answer to the description contained {@code "hasParts": true}, {@code {"parts": 0.4}} asks it where a step goes.
 *       It answers {@code {"step": {"host": …, "products": …}, "alone": {}}}, in seconds of a step, after {@link Session.Parts}.
 *   <li>After the end of its input it exits.
 * </ol>
 *
 * To any of these it may answer {@code {"error": "what is wrong"}}. Lines that do not begin with a brace are ignored.
 *
 * @param name unique among the contenders: "simd, 2 threads", "pytorch, 2 threads"
 * @param program the name of the backend or the peer: "simd", "pytorch"
 * @param threads CPU threads; 0 if it uses a GPU
 * @param device the device of a GPU, "" for none or its default
 * @param command the command line that starts it
 * @param environment variables added to this process's own
 */
public record Contender(
        String name,
        String program,
        int threads,
        String device,
        List<String> command,
        Map<String, String> environment) {
    public Contender {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** "simd, 2 threads", "cuda". */
    public static String name(String program, int threads) {
        return threads == 0 ? program : program + ", " + threads + (threads == 1 ? " thread" : " threads");
    }
}
