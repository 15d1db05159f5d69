package chainrule.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The tables of the comparison with PyTorch, computed again from the raw output of every round. */
class PyTorchTableTest {
    private static final List<String> NETS = List.of("mlp5", "mlp20", "mlp40", "mnist", "cifar");

    /** Steps per second in one round. */
    private record Rate(double median, double best) {}

    @ParameterizedTest
    @CsvSource({"bench/results/pytorch, 3", "bench/results/pytorch/again, 1"})
    void tablesAgreeWithTheRawOutput(String folder, int rounds) {
        String table = Repository.text(folder + "/table.md");
        for (String net : NETS) {
            List<Rate> plain = rounds(rounds, i -> other(folder + "/default-" + i + ".txt", net));
            List<Rate> tuned = rounds(rounds, i -> other(folder + "/tuned-" + i + ".txt", net));
            List<Rate> ours = rounds(rounds, i -> ours(folder + "/ours-" + i + "/results.json", net));
            double[] byRound =
                    IntStream.range(0, rounds)
                            .mapToDouble(i -> ours.get(i).median / Math.max(plain.get(i).median, tuned.get(i).median))
                            .toArray();
            String[] lines = table.lines().filter(l -> l.startsWith("| " + net + " |")).toArray(String[]::new);
            assertThat(lines).hasSize(2);
            assertThat(lines[0])
                    .isEqualTo(
                            row(net, plain, tuned, ours, PyTorchTableTest::median)
                                    + ratio(DoubleStream.of(byRound).min().orElseThrow())
                                    + ratio(DoubleStream.of(byRound).max().orElseThrow()));
            assertThat(lines[1]).isEqualTo(row(net, plain, tuned, ours, PyTorchTableTest::best));
        }
        if (Files.exists(Repository.ROOT.resolve(folder + "/README.md"))) {
            String readme = Repository.text(folder + "/README.md");
            assertThat(table.lines().filter(l -> l.startsWith("|"))).allMatch(readme::contains);
        }
    }

    @Test
    void secondMeasurementAgreesWithinTheStatedBound() {
        var bound = Pattern.compile("each within (\\d+) %").matcher(Repository.text("bench/results/pytorch/README.md"));
        assertThat(bound.find()).isTrue();
        for (String net : NETS) {
            for (int column : new int[] {5, 7}) {
                double change = cell("/again", net, column) / cell("", net, column) - 1;
                assertThat(Math.abs(change)).as(net).isLessThanOrEqualTo(Integer.parseInt(bound.group(1)) / 100.0);
            }
        }
    }

    private static double cell(String folder, String net, int column) {
        return Repository.text("bench/results/pytorch" + folder + "/table.md")
                .lines()
                .filter(line -> line.startsWith("| " + net + " |"))
                .findFirst()
                .map(line -> Double.parseDouble(line.split("\\|")[column].replace("×", "").strip()))
                .orElseThrow();
    }

    private static List<Rate> rounds(int count, java.util.function.IntFunction<Rate> round) {
        return IntStream.rangeClosed(1, count).mapToObj(round).toList();
    }

    private static String row(
            String net, List<Rate> plain, List<Rate> tuned, List<Rate> ours, ToDoubleFunction<List<Rate>> pick) {
        double[] rates = {pick.applyAsDouble(plain), pick.applyAsDouble(tuned), pick.applyAsDouble(ours)};
        StringBuilder row = new StringBuilder("| " + net + " |");
        Arrays.stream(rates).forEach(r -> row.append(String.format(Locale.ROOT, " %.1f |", r)));
        return row
                + ratio(rates[2] / rates[0])
                + ratio(rates[2] / rates[1])
                + ratio(rates[2] / Math.max(rates[0], rates[1]));
    }

    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, " × %.2f |", ratio);
    }

    private static double median(List<Rate> rounds) {
        return middle(rounds.stream().mapToDouble(Rate::median));
    }

    private static double best(List<Rate> rounds) {
        return rounds.stream().mapToDouble(Rate::best).max().orElseThrow();
    }

    private static double middle(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static Rate other(String file, String net) {
        var line =
                Pattern.compile(" " + net + " .*median ([\\d.]+) steps/s, best ([\\d.]+)")
                        .matcher(Repository.text(file));
        assertThat(line.find()).as(net + " in " + file).isTrue();
        return new Rate(Double.parseDouble(line.group(1)), Double.parseDouble(line.group(2)));
    }

    private static Rate ours(String file, String net) {
        List<Double> nanos = new ArrayList<>();
        for (JsonElement m :
                JsonParser.parseString(Repository.text(file)).getAsJsonObject().getAsJsonArray("measurements")) {
            if (m.getAsJsonObject().get("family").getAsString().equals("steps")
                    && m.getAsJsonObject().get("shape").getAsString().equals(net)) {
                m.getAsJsonObject().getAsJsonArray("nanos").forEach(n -> nanos.add(n.getAsDouble()));
            }
        }
        double[] all = nanos.stream().mapToDouble(Double::doubleValue).toArray();
        return new Rate(1e9 / middle(DoubleStream.of(all)), 1e9 / DoubleStream.of(all).min().orElseThrow());
    }
}
