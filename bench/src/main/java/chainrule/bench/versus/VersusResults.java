package chainrule.bench.versus;

import chainrule.bench.contender.Campaign;
import chainrule.experiments.report.Json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The contents of results.json: all that was measured, nothing that was concluded. It is written after each round.
 *
 * @param schema the version of this format
 * @param facts the machine, the software and the command
 * @param plan what is measured
 * @param rounds the rounds so far, those that were discarded included
 * @param missing what could not be measured, and why
 * @param accuracy the trainings of {@code --until}; empty without it
 */
record VersusResults(
        int schema,
        SequencedMap<String, Object> facts,
        Plan plan,
        List<Round> rounds,
        List<Missing> missing,
        List<TimeToAccuracy.Result> accuracy) {
    /** The version that is written and read. */
    static final int SCHEMA = 1;

    VersusResults {
        rounds = List.copyOf(rounds);
        missing = List.copyOf(missing);
        accuracy = List.copyOf(accuracy);
    }

    /** The rounds that count: without those that were repeated, as {@link Campaign.Disturbance#repeats} says. */
    List<Round> valid() {
        List<Round> valid = new ArrayList<>();
        List<Round> discarded = new ArrayList<>();
        for (Round round : rounds) {
            Campaign.Disturbance d = new Campaign.Disturbance(round.load, round.steal, round.drift);
            boolean repeated = d.repeats((int) discarded.stream().filter(round::sameGroup).count());
            (repeated ? discarded : valid).add(round);
        }
        return valid;
    }

    /**
     * Reads a file that {@link Json#write} wrote.
     *
     * @throws IllegalArgumentException with one line, if there is no such file, it has another schema or other contents
     */
    static VersusResults read(Path file) {
        JsonObject root;
        try {
            root = Json.read(Files.readString(file)).getAsJsonObject();
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file " + file, e);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getClass().getSimpleName(), e);
        } catch (JsonParseException | IllegalStateException e) {
            throw new IllegalArgumentException(file + " is not JSON; a file that is cut short cannot be read", e);
        }
        requireSchema(file, root);
        try {
            return new VersusResults(
                    SCHEMA,
                    facts(root.getAsJsonObject("facts")),
                    complete(Json.read(root.get("plan"), Plan.class)),
                    all(root, "rounds", Round.class),
                    all(root, "missing", Missing.class),
                    all(root, "accuracy", TimeToAccuracy.Result.class));
        } catch (IllegalArgumentException e) {
            throw damaged(file, ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        } catch (RuntimeException e) { // of Gson, for values of other types
            throw damaged(file, "", e);
        }
    }

    private static void requireSchema(Path file, JsonObject root) {
        String found = root.has("plan") && root.has("schema") ? root.get("schema").toString() : "";
        if (found.isEmpty()) {
            throw damaged(file, "", null);
        }
        if (!found.equals(Integer.toString(SCHEMA))) {
            throw new IllegalArgumentException(
                    file + " has schema " + found + ", this version reads schema " + SCHEMA + ": measure again");
        }
    }

    private static IllegalArgumentException damaged(Path file, String detail, Exception cause) {
        return new IllegalArgumentException(file + " is not a results.json of ./run versus" + detail, cause);
    }

    private static SequencedMap<String, Object> facts(JsonObject json) {
        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> fact : json.entrySet()) {
            JsonElement value = fact.getValue();
            facts.put(fact.getKey(), value.isJsonPrimitive() ? Json.scalar(value) : value);
        }
        return facts;
    }

    private static <R extends Record> List<R> all(JsonObject root, String name, Class<R> type) {
        if (!root.has(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is missing");
        }
        return root.getAsJsonArray(name).asList().stream().map(json -> complete(Json.read(json, type))).toList();
    }

    /** @throws IllegalArgumentException naming a component that is null, at any depth */
    private static <R extends Record> R complete(R value) {
        SequencedMap<String, Object> present = Json.components(value);
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object content = present.get(component.getName());
            if (content == null) {
                throw new IllegalArgumentException(
                        "\"" + component.getName() + "\" is missing in " + value.getClass().getSimpleName());
            }
            if (content instanceof List<?> items) {
                items.stream().filter(Record.class::isInstance).forEach(item -> complete((Record) item));
            }
        }
        return value;
    }

    /** What contenders do. */
    enum Mode {
        /** Whole training steps. */
        TRAIN,
        /** Forward passes. */
        INFER
    }

    /**
     * What is measured: each net and width with each batch size by each contender.
     *
     * @param mode training steps or forward passes
     * @param nets names, or files of models
     * @param widths units or filters of the nets; empty for their own
     * @param batches ascending
     * @param contenders the first is the one that all others are compared with
     * @param again the name of the contender that is the first one once more: a ratio that should be 1
     * @param windowSeconds the length of one window
     * @param windows the number of measured windows of a round
     * @param halfWidth rounds stop when each 95 % interval is narrower than ± this fraction
     * @param budgetSeconds or when so many seconds have passed
     * @param prices the price of an hour by program; empty if not given
     */
    record Plan(
            Mode mode,
            List<String> nets,
            List<Integer> widths,
            List<Integer> batches,
            List<Entrant> contenders,
            String again,
            double windowSeconds,
            int windows,
            double halfWidth,
            double budgetSeconds,
            Map<String, Double> prices) {
        Plan {
            nets = List.copyOf(nets);
            widths = List.copyOf(widths);
            batches = List.copyOf(batches);
            contenders = List.copyOf(contenders);
            prices = Map.copyOf(prices);
        }

        /** True if both measure the same, so that rounds of both belong together. */
        boolean samePlan(Plan other) {
            return mode == other.mode
                    && nets.equals(other.nets)
                    && widths.equals(other.widths)
                    && batches.equals(other.batches)
                    && names().equals(other.names());
        }

        private List<String> names() {
            return contenders.stream().map(Entrant::name).toList();
        }

        /** The same plan with other descriptions of the contenders. */
        Plan with(List<Entrant> described) {
            return new Plan(
                    mode,
                    nets,
                    widths,
                    batches,
                    described,
                    again,
                    windowSeconds,
                    windows,
                    halfWidth,
                    budgetSeconds,
                    prices);
        }

        /** The contender that all others are compared with. */
        Entrant base() {
            return contenders.getFirst();
        }
    }

    /**
     * A contender in the results.
     *
     * @param name unique: "simd, 2 threads"
     * @param program "simd", "pytorch"
     * @param threads 0 for a GPU
     * @param description what it says of itself: versions, vector width, device
     */
    record Entrant(String name, String program, int threads, String description) {
        boolean gpu() {
            return threads == 0;
        }
    }

    /**
     * One fork of each contender on one net of one width: all batch sizes, windows taking turns.
     *
     * @param net the name of the net
     * @param width units or filters; 0 for the net's own
     * @param number from 1, for this net and width
     * @param start when it began: ISO 8601
     * @param seconds how long it took
     * @param load the number of busy processors of the machine that this run did not cause, on average
     * @param steal the fraction of time that the hypervisor took away
     * @param drift how far the machine's own speed moved during the round: 0.03 means by 3 %
     */
    record Round(
            String net,
            int width,
            int number,
            String start,
            double seconds,
            double load,
            double steal,
            double drift,
            List<Sample> samples) {
        private boolean sameGroup(Round other) {
            return net.equals(other.net) && width == other.width;
        }
    }

    /**
     * What one contender did with one batch size in one round.
     *
     * @param contender its name
     * @param batch examples in a step
     * @param stepSeconds the mean time of a step, for each window
     * @param warmUpSeconds how long it ran before
     * @param warm false if its windows did not agree before that time was over
     * @param cpuSeconds processor time of a step, all threads together
     * @param peakBytes the most memory of the process so far
     * @param p50 the median latency in seconds; 0 when training
     * @param p99 the latency that one step in a hundred exceeds; 0 when training
     * @param joules energy of a step, idle machine included; 0 if the machine does not tell
     * @param parts where a step goes, in seconds; empty if unknown: only first rounds and our own backends tell
     * @param alone the same, with each primitive waited for before the next; empty on a CPU
     */
    record Sample(
            String contender,
            int batch,
            List<Double> stepSeconds,
            double warmUpSeconds,
            boolean warm,
            double cpuSeconds,
            double peakBytes,
            double p50,
            double p99,
            double joules,
            Map<String, Double> parts,
            Map<String, Double> alone) {
        Sample { // results of earlier versions have no parts
            parts = parts == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(parts));
            alone = alone == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(alone));
        }

        /** Seconds of a step in this round: the median over the windows. */
        double step() {
            return Cells.median(stepSeconds.stream().mapToDouble(Double::doubleValue).sorted().toArray());
        }
    }

    /**
     * A cell of the table that is empty.
     *
     * @param batch 0 for all batch sizes
     * @param reason for people: "not installed: ./run peers setup jax"
     */
    record Missing(String contender, String net, int width, int batch, String reason) {}
}
