package chainrule.experiments.study;

import chainrule.experiments.cli.Clock;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.Report;

import com.google.gson.JsonObject;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The configuration of a run: console, report and results.json all print it from here.
 *
 * @param study the command's name
 * @param configuration command, backend, seed, data …, in order
 * @param partial why the results are incomplete and how to continue; null if they are complete
 * @param elapsedSeconds from the start of the run to its last result
 */
public record RunFacts(
        String study, SequencedMap<String, Object> configuration, String partial, double elapsedSeconds) {
    /** The file that holds the facts and the study's results. */
    public static final String FILE = "results.json";

    /** The value of a fact as text, such as "40" for "epochs"; empty if the run has no such fact. */
    public Optional<String> fact(String name) {
        return Optional.ofNullable(configuration.get(name)).map(Object::toString);
    }

    /** Begins a report with these facts, divergence and interruption first. */
    public Report.Builder report(String title, StudyResults results) {
        Report.Builder report = Report.titled(title);
        if (!results.diverged().isEmpty()) {
            report.fact("DIVERGED", DivergedNet.sentence(results.netCount(), results.diverged()));
        }
        if (partial != null) {
            report.fact("PARTIAL", partial);
        }
        configuration.forEach(report::fact);
        return report.fact("elapsed", Clock.words(elapsedSeconds));
    }

    /** The text of results.json. */
    public String json(StudyResults results) {
        SequencedMap<String, Object> all = new LinkedHashMap<>();
        all.put("study", study);
        all.put("configuration", configuration);
        if (partial != null) {
            all.put("partial", partial);
        }
        if (!results.diverged().isEmpty()) {
            all.put("diverged", results.diverged());
        }
        Json.components((Record) results).forEach(all::put);
        all.put("elapsedSeconds", elapsedSeconds);
        return Json.write(all);
    }

    /** The facts in a results.json. */
    public static RunFacts read(JsonObject json) {
        SequencedMap<String, Object> configuration = new LinkedHashMap<>();
        json.getAsJsonObject("configuration")
                .entrySet()
                .forEach(fact -> configuration.put(fact.getKey(), Json.scalar(fact.getValue())));
        return new RunFacts(
                json.get("study").getAsString(),
                configuration,
                json.has("partial") ? json.get("partial").getAsString() : null,
                Json.number(json.get("elapsedSeconds")));
    }
}
