package chainrule.experiments.study;

import chainrule.experiments.report.Json;
import chainrule.experiments.report.Report;

import com.google.gson.JsonObject;

import java.nio.file.Path;

/**
 * A finished run, read back from its output directory.
 *
 * @param facts from results.json
 * @param json all of results.json
 * @param folder the output directory, which may also hold a model
 * @param data folder or archive with the data set; null for the default location
 */
public record SavedRun(RunFacts facts, JsonObject json, Path folder, Path data) {
    /** A study that can write the report of a finished run again. */
    @FunctionalInterface
    public interface Reporter {
        /** The report that the run wrote, from its files. */
        Report report(SavedRun run);
    }

    /**
     * The study's results.
     *
     * @throws IllegalArgumentException naming what is missing in results.json
     */
    public <R extends Record & StudyResults> R results(Class<R> type) {
        return Json.read(json, type);
    }
}
