package chainrule.bench;

import chainrule.bench.path.Work;
import chainrule.experiments.report.Json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The contents of results.json. It is written after each case.
 *
 * <p>Version 2 has the work of a call and the windows of each fork. Version 1, which had no number, has one amount in one unit
 * and the windows of all forks in one list; it is read as one fork, with an amount of bytes as bytes that are read.
 *
 * @param schema the version of this format
 * @param facts command, CPU, JDK, commit …
 * @param measurements peaks and failures included
 */
record Results(int schema, SequencedMap<String, ?> facts, List<Measurement> measurements) {
    /** The version that is written. */
    static final int SCHEMA = 2;

    Results {
        measurements = List.copyOf(measurements);
    }

    Results(SequencedMap<String, ?> facts, List<Measurement> measurements) {
        this(SCHEMA, facts, measurements);
    }

    /** @throws IllegalArgumentException if there is no such file or it has other contents */
    static Results read(Path file) {
        int schema;
        try {
            JsonObject root = Json.read(Files.readString(file)).getAsJsonObject();
            schema = root.has("schema") ? root.get("schema").getAsInt() : 1;
            if (schema <= SCHEMA) {
                SequencedMap<String, String> facts = new LinkedHashMap<>();
                for (Map.Entry<String, JsonElement> fact : root.getAsJsonObject("facts").entrySet()) {
                    facts.put(fact.getKey(), fact.getValue().getAsString());
                }
                List<Measurement> measurements =
                        root.getAsJsonArray("measurements").asList().stream()
                                .map(JsonElement::getAsJsonObject)
                                .map(schema == 1 ? Results::old : Results::measurement)
                                .toList();
                return new Results(schema, facts, measurements);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getClass().getSimpleName(), e);
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | IllegalArgumentException
                | NullPointerException
                | UnsupportedOperationException e) {
            throw new IllegalArgumentException(file + " is not a results.json of ./run bench", e);
        }
        throw new IllegalArgumentException(
                file + " has version " + schema + " of the format, expected at most " + SCHEMA);
    }

    private static Measurement old(JsonObject m) {
        double amount = m.get("amount").getAsDouble();
        Work work =
                switch (Work.Unit.valueOf(m.get("unit").getAsString())) {
                    case FLOP -> Work.flop(amount);
                    case BYTE -> Work.traffic(amount, 0, 0);
                };
        return new Measurement(
                text(m, "family"),
                text(m, "operation"),
                text(m, "shape"),
                text(m, "backend"),
                m.get("threads").getAsInt(),
                work,
                List.of(numbers(m.get("nanos"))));
    }

    private static Measurement measurement(JsonObject m) {
        Map<String, Double> profiles = new LinkedHashMap<>();
        m.getAsJsonObject("profiles").entrySet().forEach(e -> profiles.put(e.getKey(), Json.number(e.getValue())));
        return new Measurement(
                text(m, "family"),
                text(m, "operation"),
                text(m, "shape"),
                text(m, "backend"),
                m.get("threads").getAsInt(),
                Json.read(m.get("work"), Work.class),
                m.getAsJsonArray("nanos").asList().stream().map(Results::numbers).toList(),
                profiles,
                text(m, "failure"));
    }

    private static String text(JsonObject m, String name) {
        return m.get(name).getAsString();
    }

    private static List<Double> numbers(JsonElement list) {
        return list.getAsJsonArray().asList().stream().map(Json::number).toList();
    }

    /** The measurements that succeeded. */
    List<Measurement> measured() {
        return measurements.stream().filter(Measurement::measured).toList();
    }

    /** "" if a fact is not known. */
    String text(String fact) {
        Object value = facts.get(fact);
        return value == null ? "" : value.toString();
    }
}
