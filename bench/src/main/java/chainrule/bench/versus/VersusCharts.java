package chainrule.bench.versus;

import chainrule.bench.statistics.Crossover;
import chainrule.bench.statistics.PairedRatio;
import chainrule.bench.versus.Cells.Cell;
import chainrule.bench.versus.Cells.Group;
import chainrule.bench.versus.VersusResults.Entrant;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Series;

import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The charts: images per second over the batch size, the width and the number of threads. */
final class VersusCharts {
    private static final String BAND = "The band is the 95 % interval over the rounds.";

    private static final double FLAT = 5;

    private final VersusResults results;
    private final Cells cells;
    private final List<String> programs;

    VersusCharts(VersusResults results, Cells cells) {
        this.results = results;
        this.cells = cells;
        this.programs = cells.entrants().stream().map(Entrant::program).distinct().toList();
    }

    /** Images per second over the batch size, with the sizes at which a contender becomes faster or slower than the base. */
    List<Figure> overBatch(Group group) {
        LineChart.Builder chart = chart("batch", group, group.title() + ": images/s over batch size", "batch size");
        int lines = 0;
        boolean marked = false;
        for (Entrant entrant : cells.entrants()) {
            List<Cell> line = cells.line(group, entrant.name());
            if (line.size() > 1) {
                chart.add(series(entrant.name(), hue(entrant), line, Cell::batch));
                lines++;
            }
            marked |= mark(chart, entrant, cells.crossover(group, entrant.name()));
        }
        return lines == 0 ? List.of() : List.of(ranged(chart.caption(BAND + (marked ? marks("batch size") : ""))));
    }

    /** Images per second over the width at the largest batch size, for a net with several widths. */
    List<Figure> overWidth(String net) {
        List<Group> widths = cells.widths(net);
        if (widths.size() < 2) {
            return List.of();
        }
        int batch = results.plan().batches().getLast();
        LineChart.Builder chart =
                chart("width", new Group(net, 0), net + ": images/s over width, batch " + batch, "width");
        int lines = 0;
        boolean marked = false;
        for (Entrant entrant : cells.entrants()) {
            List<Cell> line =
                    widths.stream().map(g -> cells.cell(g, batch, entrant.name())).filter(Cell::measured).toList();
            if (line.size() > 1) {
                chart.add(series(entrant.name(), hue(entrant), line, c -> c.group().width()));
                lines++;
            }
            Crossover crossover = cells.crossoverOverWidth(net, batch, entrant.name());
            marked |= mark(chart, entrant, crossover);
        }
        return lines == 0 ? List.of() : List.of(ranged(chart.caption(BAND + (marked ? marks("width") : ""))));
    }

    /** Marks where a contender becomes faster or slower than the base. @return true if it does */
    private boolean mark(LineChart.Builder chart, Entrant entrant, Crossover crossover) {
        if (entrant.name().equals(results.plan().base().name()) || Double.isNaN(crossover.at())) {
            return false;
        }
        chart.mark(crossover.at(), Sentences.size(crossover.at()), hue(entrant));
        return true;
    }

    private String marks(String size) {
        return " Dashed vertical lines mark the "
                + size
                + " at which a contender is as fast as "
                + Sentences.phrase(results.plan().base().name())
                + ".";
    }

    /** Images per second over the threads at the largest batch size, if a program entered with several thread counts. */
    List<Figure> overThreads(Group group) {
        int batch = results.plan().batches().getLast();
        LineChart.Builder chart =
                chart("threads", group, group.title() + ": images/s over threads, batch " + batch, "threads");
        int lines = 0;
        for (int i = 0; i < programs.size(); i++) {
            String program = programs.get(i);
            List<Cell> line =
                    cells.entrants().stream()
                            .filter(e -> e.program().equals(program) && !e.gpu())
                            .sorted(Comparator.comparingInt(Entrant::threads))
                            .map(e -> cells.cell(group, batch, e.name()))
                            .filter(Cell::measured)
                            .toList();
            if (line.stream().map(c -> c.entrant().threads()).distinct().count() > 1) {
                chart.add(series(program, Hue.cycle(i), line, c -> c.entrant().threads()));
                lines++;
            }
        }
        return lines == 0 ? List.of() : List.of(ranged(chart.caption(BAND)));
    }

    private LineChart.Builder chart(String kind, Group group, String title, String x) {
        String name = (group.net() + "-" + group.width()).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        int number = cells.groups().indexOf(group) + 1; // two names may differ only in other characters
        return LineChart.named(kind + "-" + (number > 0 ? number + "-" : "") + name.replaceAll("^-|-$", ""), title)
                .x(x)
                .y("images/s")
                .logX()
                .logY()
                .markers();
    }

    /** Widens the axis of rates that hardly differ, so that it has several labels. */
    private static LineChart ranged(LineChart.Builder chart) {
        LineChart fitted = chart.build();
        DoubleSummaryStatistics rates =
                fitted.series().stream().flatMapToDouble(s -> Arrays.stream(s.y())).summaryStatistics();
        boolean flat = rates.getMax() < FLAT * rates.getMin();
        return flat ? chart.range(rates.getMin() / 2, rates.getMax() * 2).build() : fitted;
    }

    private Hue hue(Entrant entrant) {
        return Hue.cycle(cells.entrants().indexOf(entrant));
    }

    private static Series series(String name, Hue hue, List<Cell> line, ToDoubleFunction<Cell> x) {
        ToDoubleFunction<PairedRatio> low = r -> r.bounded() ? r.low() : Double.NaN;
        ToDoubleFunction<PairedRatio> high = r -> r.bounded() ? r.high() : Double.NaN;
        return Series.xy(
                        name,
                        hue,
                        line.stream().mapToDouble(x).toArray(),
                        line.stream().mapToDouble(c -> c.rate().ratio()).toArray())
                .band(
                        line.stream().map(Cell::rate).mapToDouble(low).toArray(),
                        line.stream().map(Cell::rate).mapToDouble(high).toArray());
    }
}
