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
 * The contents of results.json.
 *
 * @param facts command, CPU, JDK, commit …
 * @param measurements peaks included
 */
record Results(SequencedMap<String, ?> facts, List<Measurement> measurements) {
    Results {
        measurements = List.copyOf(measurements);
    }

    /** @throws IllegalArgumentException if there is no such file or it has other contents */
    static Results read(Path file) {
        try {
            JsonObject root = Json.read(Files.readString(file)).getAsJsonObject();
            SequencedMap<String, String> facts = new LinkedHashMap<>();
            for (Map.Entry<String, JsonElement> fact : root.getAsJsonObject("facts").entrySet()) {
                facts.put(fact.getKey(), fact.getValue().getAsString());
            }
            return new Results(
                    facts,
                    root.getAsJsonArray("measurements").asList().stream()
                            .map(element -> measurement(element.getAsJsonObject()))
                            .toList());
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
    }

    private static Measurement measurement(JsonObject m) {
        return new Measurement(
                m.get("family").getAsString(),
                m.get("operation").getAsString(),
                m.get("shape").getAsString(),
                m.get("backend").getAsString(),
                m.get("threads").getAsInt(),
                Work.Unit.valueOf(m.get("unit").getAsString()),
                m.get("amount").getAsDouble(),
                m.getAsJsonArray("nanos").asList().stream().map(JsonElement::getAsDouble).toList());
    }

    /** True if both were measured on the same CPU with the same JDK. */
    boolean sameMachine(Results other) {
        return text("CPU").equals(other.text("CPU")) && text("JDK").equals(other.text("JDK"));
    }

    String text(String fact) {
        return String.valueOf(facts.get(fact));
    }
}
