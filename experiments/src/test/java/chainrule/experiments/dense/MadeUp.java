package chainrule.experiments.dense;

import chainrule.experiments.report.Block;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Chart;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.study.RunFacts;
import chainrule.train.Evaluation;
import chainrule.train.History;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Made-up results of nets, for tests of reports. */
final class MadeUp {
    static final int[] TWO_CLASSES = {60, 40};
    static final int EPOCHS = 6;

    private MadeUp() {}

    static RunFacts facts(String... namesAndValues) {
        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        facts.put("data", "MNIST, 60,000 training and 10,000 test images, elsewhere, SHA-256 0123456789ab…");
        facts.put("nets", "784 → L × 8 → 10, softmax cross-entropy, SGD 1.0, batch 64, he weights, zero biases");
        facts.put("epochs", EPOCHS);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            facts.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new RunFacts("study", facts, null, 1);
    }

    /** A net that finished with the same accuracy in every set and epoch. */
    static NetResult net(String activation, int depth, long seed, double accuracy) {
        return net(activation, depth, seed, accuracy, EPOCHS);
    }

    /** A net that diverged in this epoch. */
    static NetResult diverged(String activation, int depth, long seed, int epoch) {
        return net(activation, depth, seed, Double.NaN, epoch - 1);
    }

    private static NetResult net(String activation, int depth, long seed, double accuracy, int epochs) {
        boolean diverged = epochs < EPOCHS;
        Evaluation row = new Evaluation(0.5, diverged ? 0.9 : accuracy);
        double loss = diverged ? Double.NaN : 0.5;
        return new NetResult(
                depth,
                activation,
                seed,
                loss,
                accuracy,
                loss,
                accuracy,
                1,
                1,
                diverged ? new History.Divergence("loss", epochs + 1, 7, "dense1", 3) : null,
                List.of(),
                IntStream.rangeClosed(1, epochs).mapToObj(i -> new NetResult.Epoch(i, row, row, row, 1, 1)).toList());
    }

    static WeightGradients weights(String activation, double... maxima) {
        return new WeightGradients(maxima.length - 1, activation, EPOCHS, maxima, maxima);
    }

    /** All values except the weights' gradients are 1. */
    static LayerGradients layers(String activation, double... maxima) {
        double[] ones = new double[maxima.length];
        Arrays.fill(ones, 1);
        double[] hidden = Arrays.copyOf(ones, maxima.length - 1);
        return new LayerGradients(weights(activation, maxima), ones, ones, hidden, 0.2, 0, 0, 1);
    }

    /** All words of a report, including the legends of its charts. */
    static String words(Report report) {
        List<String> words = new ArrayList<>(List.of(report.lead()));
        report.facts().forEach(fact -> words.add(fact.name() + ": " + fact.value()));
        report.sections().forEach(section -> section.blocks().forEach(block -> words.add(words(block))));
        return String.join("\n", words);
    }

    private static String words(Block block) {
        return switch (block) {
            case Block.Prose prose -> prose.text();
            case Block.Note note -> note.text();
            case Block.Raw raw -> raw.text();
            case Table table -> table.plain() + table.note();
            case Block.Figures figures ->
                    figures.figures().stream().map(Figure::caption).collect(Collectors.joining("\n"));
        };
    }

    /** The drawn charts. */
    static String charts(Report report) {
        return report.figures().stream()
                .map(figure -> figure.caption() + ((Chart) figure).svg(false))
                .collect(Collectors.joining("\n"));
    }
}
