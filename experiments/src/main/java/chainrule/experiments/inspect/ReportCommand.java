package chainrule.experiments.inspect;

import chainrule.data.DataException;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.Report;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.SavedRun;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes the reports of finished runs again. */
@Command(
        name = "report",
        description = "writes report.html and its figures again from a run's results.json, without training",
        footer = {"", "Example: ./run report experiments/results/depth"},
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ReportCommand implements Runnable {
    @Spec CommandSpec command;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "output directories of earlier runs")
    List<Path> folders;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "folder or archive with the data set, for reports that show its pictures")
    Path data;

    @Override
    public void run() {
        for (Path folder : folders) {
            Path file = folder.resolve(RunFacts.FILE);
            Report report = report(file, read(file));
            OutputDirectory.open(folder).write(report);
            System.out.println(folder.resolve("report.html"));
        }
    }

    private static JsonObject read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + " is missing: expected the output directory of an earlier run");
        }
        try {
            return Json.read(Files.readString(file)).getAsJsonObject();
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new DataException(file + " cannot be read: " + e.getMessage());
        }
    }

    private Report report(Path file, JsonObject json) {
        try {
            RunFacts facts = RunFacts.read(json);
            SortedMap<String, SavedRun.Reporter> known = reporters();
            if (!known.containsKey(facts.study())) {
                throw new IllegalArgumentException(
                        "no report is known for the study '" + facts.study() + "'; known: " + known.keySet());
            }
            return known.get(facts.study()).report(new SavedRun(facts, json, file.toAbsolutePath().getParent(), data));
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new DataException(file + " is not what this version writes: " + e.getMessage());
        }
    }

    /** The studies that can write the report of a saved run, by name. */
    private SortedMap<String, SavedRun.Reporter> reporters() {
        SortedMap<String, SavedRun.Reporter> reporters = new TreeMap<>();
        command.parent()
                .subcommands()
                .forEach(
                        (name, study) -> {
                            if (study.getCommand() instanceof SavedRun.Reporter reporter) {
                                reporters.put(name, reporter);
                            }
                        });
        return reporters;
    }
}
