package chainrule.bench.versus;

import chainrule.bench.statistics.Crossover;
import chainrule.bench.statistics.PairedRatio;
import chainrule.bench.statistics.Precision;
import chainrule.bench.statistics.Verdict;
import chainrule.bench.versus.VersusResults.Entrant;
import chainrule.bench.versus.VersusResults.Missing;
import chainrule.bench.versus.VersusResults.Round;
import chainrule.bench.versus.VersusResults.Sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The statistics of results: for each net, batch size and contender the rate and its ratio to the base. Discarded rounds do
 * not count. The time of a round is the median over its windows; rounds, not windows, are what the intervals come from.
 */
final class Cells {
    private final VersusResults results;
    private final SequencedMap<Id, Cell> cells = new LinkedHashMap<>();
    private final List<Cell> again = new ArrayList<>();

    /** A net of one width. */
    record Group(String net, int width) {
        /** "mlp40", "mlp40 of width 64". */
        String title() {
            return width == 0 ? net : net + " of width " + width;
        }
    }

    private record Id(Group group, int batch, String contender) {}

    /**
     * A contender on a net with a batch size.
     *
     * @param rate images per second
     * @param ratio how many times as fast as the base; without rounds for the base itself
     * @param verdict of that ratio
     * @param samples the rounds that count
     */
    record Cell(
            Group group,
            int batch,
            Entrant entrant,
            PairedRatio rate,
            PairedRatio ratio,
            Verdict verdict,
            List<Sample> samples) {
        /** The median over the rounds; NaN without rounds. */
        double median(ToDoubleFunction<Sample> value) {
            return Cells.median(samples.stream().mapToDouble(value).sorted().toArray());
        }

        /** Where a step goes, as the first round that asked found it; empty if unknown. */
        Map<String, Double> parts(Function<Sample, Map<String, Double>> which) {
            return samples.stream().map(which).filter(p -> !p.isEmpty()).findFirst().orElse(Map.of());
        }

        boolean measured() {
            return rate.rounds() > 0;
        }
    }

    Cells(VersusResults results) {
        this.results = results;
        List<Cell> raw = new ArrayList<>();
        for (Group group : groups()) {
            for (int batch : results.plan().batches()) {
                for (Entrant entrant : results.plan().contenders()) {
                    raw.add(cell(group, batch, entrant));
                }
            }
        }
        judged(raw.stream().filter(c -> !isAgain(c.entrant())).toList())
                .forEach(c -> cells.put(new Id(c.group(), c.batch(), c.entrant().name()), c));
        again.addAll(judged(raw.stream().filter(c -> isAgain(c.entrant()) && c.ratio().rounds() > 0).toList()));
    }

    private boolean isAgain(Entrant entrant) {
        return entrant.name().equals(results.plan().again());
    }

    /** The contenders in the order of the plan, without the base's second entry. */
    List<Entrant> entrants() {
        return results.plan().contenders().stream().filter(e -> !isAgain(e)).toList();
    }

    /** The contenders that are compared with the base. */
    List<Entrant> others() {
        return entrants().stream().filter(e -> !e.name().equals(results.plan().base().name())).toList();
    }

    /** Every net and width, in the order of the plan. */
    List<Group> groups() {
        List<String> names = results.plan().nets().stream().map(net -> Path.of(net).getFileName().toString()).toList();
        Set<Group> groups = new HashSet<>();
        results.rounds().forEach(r -> groups.add(new Group(r.net(), r.width())));
        results.missing().stream()
                .filter(m -> !m.net().isEmpty())
                .forEach(m -> groups.add(new Group(m.net(), m.width())));
        for (String name : names) {
            if (groups.stream().noneMatch(g -> g.net().equals(name))) {
                groups.add(new Group(name, 0));
            }
        }
        return groups.stream()
                .sorted(Comparator.comparingInt((Group g) -> names.indexOf(g.net())).thenComparing(Group::width))
                .toList();
    }

    /** The rounds of a net that count. */
    List<Round> rounds(Group group) {
        return results.valid().stream().filter(r -> r.net().equals(group.net()) && r.width() == group.width()).toList();
    }

    Cell cell(Group group, int batch, String contender) {
        return cells.get(new Id(group, batch, contender));
    }

    /** The cells of one contender on a net that have rounds, by batch size. */
    List<Cell> line(Group group, String contender) {
        return results.plan().batches().stream()
                .map(batch -> cell(group, batch, contender))
                .filter(Cell::measured)
                .toList();
    }

    /** The half-width of the widest interval of a net's ratios, as a fraction; infinite before the second round. */
    double widest(Group group) {
        DoubleStream widths =
                Stream.concat(cells.values().stream(), again.stream())
                        .filter(c -> c.group().equals(group) && c.ratio().rounds() > 0)
                        .mapToDouble(c -> Precision.halfWidth(c.ratio()));
        return rounds(group).isEmpty() ? Double.POSITIVE_INFINITY : widths.max().orElse(0);
    }

    /** The comparisons of the base with itself. */
    List<Cell> again() {
        return List.copyOf(again);
    }

    /** From which batch size a contender is faster than the base. */
    Crossover crossover(Group group, String contender) {
        List<Integer> batches = results.plan().batches();
        double[] sizes = batches.stream().mapToDouble(Integer::doubleValue).toArray();
        double[][] ratios =
                rounds(group).stream()
                        .map(
                                round ->
                                        batches.stream()
                                                .mapToDouble(batch -> logRatio(round, batch, contender))
                                                .toArray())
                        .toArray(double[][]::new);
        return Crossover.of(sizes, ratios);
    }

    /** The widths of a net, ascending; empty if it has only its own. */
    List<Group> widths(String net) {
        return groups().stream()
                .filter(g -> g.net().equals(net) && g.width() > 0)
                .sorted(Comparator.comparingInt(Group::width))
                .toList();
    }

    /** From which width a contender is faster than the base, at one batch size. The first rounds of all widths are one round. */
    Crossover crossoverOverWidth(String net, int batch, String contender) {
        List<List<Round>> rounds = widths(net).stream().map(this::rounds).toList();
        double[] sizes = widths(net).stream().mapToDouble(Group::width).toArray();
        double[][] ratios = new double[rounds.stream().mapToInt(List::size).max().orElse(0)][sizes.length];
        for (int i = 0; i < ratios.length; i++) {
            for (int j = 0; j < sizes.length; j++) {
                List<Round> ofWidth = rounds.get(j);
                ratios[i][j] = i < ofWidth.size() ? logRatio(ofWidth.get(i), batch, contender) : Double.NaN;
            }
        }
        return Crossover.of(sizes, ratios);
    }

    /** Why a cell is empty. */
    String reason(Group group, int batch, String contender) {
        return results.missing().stream()
                .filter(m -> m.contender().equals(contender) && (m.net().isEmpty() || in(m, group)))
                .filter(m -> m.batch() == 0 || m.batch() == batch)
                .map(Missing::reason)
                .findFirst()
                .orElse("no valid round");
    }

    private static boolean in(Missing missing, Group group) {
        return missing.net().equals(group.net()) && missing.width() == group.width();
    }

    private double logRatio(Round round, int batch, String contender) {
        Optional<Sample> base = sample(round, batch, results.plan().base().name());
        Optional<Sample> other = sample(round, batch, contender);
        return base.isEmpty() || other.isEmpty() ? Double.NaN : Math.log(base.get().step() / other.get().step());
    }

    private Cell cell(Group group, int batch, Entrant entrant) {
        String base = results.plan().base().name();
        List<Sample> samples = new ArrayList<>();
        List<double[]> pairs = new ArrayList<>();
        for (Round round : rounds(group)) {
            Optional<Sample> own = sample(round, batch, entrant.name());
            Optional<Sample> first = sample(round, batch, base);
            own.ifPresent(samples::add);
            if (own.isPresent() && first.isPresent() && !entrant.name().equals(base)) {
                pairs.add(new double[] {first.get().step(), own.get().step()});
            }
        }
        PairedRatio rate = PairedRatio.rate(samples.stream().mapToDouble(s -> s.step() / batch).toArray());
        PairedRatio ratio =
                PairedRatio.of(
                        pairs.stream().mapToDouble(p -> p[0]).toArray(),
                        pairs.stream().mapToDouble(p -> p[1]).toArray());
        return new Cell(group, batch, entrant, rate, ratio, Verdict.UNDECIDED, samples);
    }

    /** The cells with their verdicts: all comparisons with the base are one table, for the rate of false discoveries. */
    private static List<Cell> judged(List<Cell> cells) {
        List<Cell> compared = cells.stream().filter(c -> c.ratio().rounds() > 0).toList();
        List<Verdict> verdicts = Verdict.of(compared.stream().map(Cell::ratio).toList(), Verdict.THRESHOLD);
        Map<Cell, Verdict> found = new LinkedHashMap<>();
        for (int i = 0; i < verdicts.size(); i++) {
            found.put(compared.get(i), verdicts.get(i));
        }
        return cells.stream()
                .map(
                        c ->
                                new Cell(
                                        c.group(),
                                        c.batch(),
                                        c.entrant(),
                                        c.rate(),
                                        c.ratio(),
                                        found.getOrDefault(c, c.verdict()),
                                        c.samples()))
                .toList();
    }

    /** The sample of a contender, unless it is empty or its time is not a positive number. */
    private static Optional<Sample> sample(Round round, int batch, String contender) {
        return round.samples().stream()
                .filter(s -> s.batch() == batch && s.contender().equals(contender))
                .filter(s -> s.step() > 0 && Double.isFinite(s.step()))
                .findFirst();
    }

    static double median(double[] ascending) {
        int n = ascending.length;
        return n == 0 ? Double.NaN : (ascending[(n - 1) / 2] + ascending[n / 2]) / 2;
    }
}
