package chainrule.experiments.mask;

import chainrule.data.DataException;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.inspect.ReportCommand.Source;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.Report;

import com.google.gson.JsonObject;

import java.util.Locale;

/** Writes the report of an earlier run again: from results.json, and the data set for the pictures of its faces. */
public final class SavedMasks {
    private SavedMasks() {}

    public static Report report(RunFacts facts, JsonObject json, Source source) {
        MaskResults results = Json.read(json, MaskResults.class);
        FaceMask data = FaceMask.find(source.data(), new FaceCrop(results.size(), results.margin()));
        if (data.faces().size() != results.faces()) {
            throw new DataException(
                    String.format(
                            Locale.ROOT,
                            "%s has %,d faces, but the run was measured on %,d: name its data set with --data",
                            data.source(),
                            data.faces().size(),
                            results.faces()));
        }
        return new MaskReport(facts, results, data.crops()).report();
    }
}
