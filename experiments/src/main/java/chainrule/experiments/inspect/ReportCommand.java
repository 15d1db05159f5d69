package chainrule.experiments.inspect;

import chainrule.data.DataException;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.conv.SavedClassifier;
import chainrule.experiments.dense.ActivationStudy;
import chainrule.experiments.dense.DepthStudy;
import chainrule.experiments.dense.GradientStudy;
import chainrule.experiments.dense.LecunStudy;
import chainrule.experiments.mask.SavedMasks;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.Report;
import chainrule.experiments.soak.SoakReport;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the reports of finished runs again, from their results alone. */
@Command(
        name = "report",
        description = "writes report.html and its figures again from a run's results.json, without training",
        footer = {"", "Example: ./run report experiments/results/depth"},
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ReportCommand implements Runnable {
    /** What computes a report from results.json: the study's own code. */
    @FunctionalInterface
    interface Renderer {
        Report report(RunFacts facts, JsonObject results, Source source);
    }

    /**
     * Where a report finds what is no number: the saved model and the pictures.
     *
     * @param folder of results.json
     * @param data folder or archive with the data set, or null for where it is usually found
     */
    public record Source(Path folder, Path data) {}

    private static final Map<String, Renderer> RENDERERS = new TreeMap<>();

    static {
        RENDERERS.put("depth", (facts, json, _) -> DepthStudy.report(facts, json));
        RENDERERS.put("gradients", (facts, json, _) -> GradientStudy.report(facts, json));
        RENDERERS.put("lecun", (facts, json, _) -> LecunStudy.report(facts, json));
        RENDERERS.put("activations", (facts, json, _) -> ActivationStudy.report(facts, json));
        RENDERERS.put("mnist-cnn", SavedClassifier::mnist);
        RENDERERS.put("cifar", SavedClassifier::cifar);
        RENDERERS.put("soak", SoakReport::report);
        RENDERERS.put("mask", SavedMasks::report);
    }

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
            Renderer renderer = RENDERERS.get(facts.study());
            if (renderer == null) {
                throw new IllegalArgumentException(
                        "no report is known for the study '" + facts.study() + "'; known: " + RENDERERS.keySet());
            }
            return renderer.report(facts, json, new Source(file.toAbsolutePath().getParent(), data));
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new DataException(file + " is not what this version writes: " + e.getMessage());
        }
    }
}
