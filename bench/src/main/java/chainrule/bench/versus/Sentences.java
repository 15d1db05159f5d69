package chainrule.bench.versus;

import chainrule.bench.statistics.Crossover;
import chainrule.bench.statistics.PairedRatio;
import chainrule.bench.statistics.Precision;
import chainrule.bench.statistics.Verdict;
import chainrule.bench.versus.Cells.Cell;
import chainrule.bench.versus.Cells.Group;
import chainrule.bench.versus.VersusResults.Entrant;
import chainrule.bench.versus.VersusResults.Round;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The results in words: who is faster from which batch size, by how much, and how sure that is. */
final class Sentences {
    private static final double COARSE = 0.05;

    /** What a crossing is a size of. */
    private enum Axis {
        BATCH("batch", "batch sizes", Cell::batch),
        WIDTH("width", "widths", c -> c.group().width());

        private final String one;
        private final String several;
        private final ToIntFunction<Cell> size;

        Axis(String one, String several, ToIntFunction<Cell> size) {
            this.one = one;
            this.several = several;
            this.size = size;
        }
    }

    private final VersusResults results;
    private final Cells cells;
    private final String base;

    Sentences(VersusResults results, Cells cells) {
        this.results = results;
        this.cells = cells;
        this.base = results.plan().base().name();
    }

    /**
     * What was found for a net: one sentence for each GPU, or without one for the contender that is the fastest but the
     * base.
     */
    String of(Group group) {
        List<Round> rounds = cells.rounds(group);
        if (rounds.isEmpty()) {
            return group.title() + ": " + noRounds(group);
        }
        if (cells.line(group, base).isEmpty()) {
            return group.title()
                    + ": "
                    + phrase(base)
                    + ", with which the others are compared, was not measured ("
                    + cells.reason(group, results.plan().batches().getFirst(), base)
                    + ").";
        }
        List<String> sentences = new ArrayList<>();
        for (Entrant entrant : chosen(group)) {
            List<Cell> line = compared(group, entrant);
            if (line.isEmpty()) {
                String reason = cells.reason(group, results.plan().batches().getFirst(), entrant.name());
                sentences.add(phrase(entrant.name()) + " was not measured (" + reason + ").");
            } else {
                sentences.add(comparison(group, entrant, line));
            }
        }
        if (sentences.isEmpty()) {
            sentences.add(alone(group));
        }
        return group.title() + ": " + String.join(" ", sentences);
    }

    private String noRounds(Group group) {
        long discarded =
                results.rounds().stream()
                        .filter(r -> r.net().equals(group.net()) && r.width() == group.width())
                        .count();
        return discarded == 0
                ? "no round was finished."
                : discarded == 1
                        ? "the only round was discarded, because other programs changed the speed of the machine."
                        : "both rounds were discarded, because other programs changed the speed of the machine.";
    }

    private String alone(Group group) {
        Cell best =
                cells.line(group, base).stream().max(Comparator.comparingDouble(c -> c.rate().ratio())).orElseThrow();
        return "only "
                + phrase(base)
                + " was measured, with up to "
                + rate(best.rate())
                + " images/s at batch "
                + Numbers.count(best.batch())
                + ".";
    }

    /** The contenders that the sentences are about. */
    private List<Entrant> chosen(Group group) {
        List<Entrant> gpus = cells.others().stream().filter(Entrant::gpu).toList();
        if (!gpus.isEmpty() && !results.plan().base().gpu()) {
            return gpus;
        }
        Optional<Entrant> best =
                cells.others().stream()
                        .filter(e -> !compared(group, e).isEmpty())
                        .max(Comparator.comparingDouble(e -> compared(group, e).getLast().ratio().ratio()));
        return best.map(List::of).orElse(cells.others());
    }

    private List<Cell> compared(Group group, Entrant entrant) {
        return cells.line(group, entrant.name()).stream().filter(c -> c.ratio().rounds() > 0).toList();
    }

    private String comparison(Group group, Entrant entrant, List<Cell> line) {
        String who = phrase(entrant.name());
        Cell last = line.getLast();
        if (line.size() == 1 && last.verdict() == Verdict.SLOWER) {
            String among = cells.others().size() > 1 ? ", the fastest of the others," : "";
            return phrase(base)
                    + " is "
                    + ratio(last.ratio().inverse())
                    + " as fast as "
                    + who
                    + among
                    + " at batch "
                    + Numbers.count(last.batch())
                    + ".";
        }
        if (line.size() == 1 || !last.ratio().bounded()) {
            return who + " is " + factor(line.getLast(), true) + rest(line.getLast()) + ".";
        }
        if (line.stream().noneMatch(c -> c.verdict().different())) {
            boolean same = line.stream().allMatch(c -> c.verdict() == Verdict.SAME);
            return who
                    + " and "
                    + phrase(base)
                    + (same ? " are equally fast at all" : " could not be told apart at any of the")
                    + " batch sizes from "
                    + Numbers.count(line.getFirst().batch())
                    + " to "
                    + Numbers.count(line.getLast().batch())
                    + "; at batch "
                    + Numbers.count(line.getLast().batch())
                    + " the ratio is "
                    + ratio(line.getLast().ratio())
                    + ".";
        }
        Crossover crossover = cells.crossover(group, entrant.name());
        return who
                + " "
                + direction(crossover, line, Axis.BATCH)
                + several(crossover)
                + "; "
                + largest(crossover, line)
                + ".";
    }

    /**
     * From which width the contenders that the sentences of the net are about are faster than the base, at the largest batch
     * size; empty if a net has less than two widths, or rounds are too few.
     */
    Optional<String> overWidth(String net) {
        int batch = results.plan().batches().getLast();
        List<Group> widths = cells.widths(net);
        if (widths.size() < 2) {
            return Optional.empty();
        }
        List<String> sentences = new ArrayList<>();
        for (Entrant entrant : chosen(widths.getLast())) {
            List<Cell> line =
                    widths.stream()
                            .map(width -> cells.cell(width, batch, entrant.name()))
                            .filter(cell -> cell.measured() && cell.ratio().bounded())
                            .toList();
            if (line.size() > 1) {
                Crossover crossover = cells.crossoverOverWidth(net, batch, entrant.name());
                sentences.add(
                        "At batch "
                                + Numbers.count(batch)
                                + ", "
                                + phrase(entrant.name())
                                + " "
                                + direction(crossover, line, Axis.WIDTH)
                                + several(crossover)
                                + ".");
            }
        }
        return sentences.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", sentences));
    }

    private static String rest(Cell cell) {
        return cell.verdict().different() || !cell.ratio().bounded()
                ? ""
                : ", which "
                        + (cell.verdict() == Verdict.SAME
                                ? "is no difference that matters"
                                : "does not decide who is faster");
    }

    /** "is faster than simd from batch 96 (80–110) on". */
    private String direction(Crossover crossover, List<Cell> line, Axis axis) {
        boolean sure = sure(crossover, line, axis);
        String faster = (sure ? "is faster than " : "seems to be faster than ") + phrase(base);
        return switch (crossover.kind()) {
            case FROM -> faster + " from " + axis.one + " " + at(crossover) + " on";
            case UP_TO -> faster + " up to " + axis.one + " " + at(crossover);
            case ALWAYS -> faster + " at " + span(line, axis);
            case NEVER ->
                    (sure ? "is slower than " : "is not shown to be faster than ")
                            + phrase(base)
                            + " at "
                            + span(line, axis);
            case UNKNOWN -> throw new IllegalStateException("no " + axis.several);
        };
    }

    /**
     * True if each size has the verdict that the sentence gives it. Inner sizes next to the crossing and within its interval
     * need none: there the two are about equal.
     */
    private static boolean sure(Crossover crossover, List<Cell> line, Axis axis) {
        for (int i = 0; i < line.size(); i++) {
            Cell cell = line.get(i);
            boolean inner = i > 0 && i < line.size() - 1;
            boolean near =
                    inner
                            && (size(line, i - 1, axis) < crossover.at() && crossover.at() < size(line, i + 1, axis)
                                    || crossover.low() < size(line, i, axis) && size(line, i, axis) < crossover.high());
            Verdict expected = cell.ratio().ratio() > 1 ? Verdict.FASTER : Verdict.SLOWER;
            if (!near && cell.verdict() != expected) {
                return false;
            }
        }
        return true;
    }

    private static int size(List<Cell> line, int i, Axis axis) {
        return axis.size.applyAsInt(line.get(i));
    }

    private static String several(Crossover crossover) {
        return crossover.changes() < 2 ? "" : " (the last of " + crossover.changes() + " crossings)";
    }

    /** "at batch 4,096 it is 12.3 × (11.9–12.7) as fast"; for a slower one its best size. */
    private String largest(Crossover crossover, List<Cell> line) {
        Cell cell =
                crossover.kind() == Crossover.Kind.NEVER
                        ? line.stream().max(Comparator.comparingDouble(c -> c.ratio().ratio())).orElseThrow()
                        : line.getLast();
        return (crossover.kind() == Crossover.Kind.NEVER ? "at best it is " : "it is ") + factor(cell, false);
    }

    private String factor(Cell cell, boolean named) {
        return ratio(cell.ratio())
                + " as fast"
                + (named ? " as " + phrase(base) : "")
                + " at batch "
                + Numbers.count(cell.batch());
    }

    /** "all batch sizes from 1 to 4,096". */
    private static String span(List<Cell> line, Axis axis) {
        return "all "
                + axis.several
                + " from "
                + Numbers.count(size(line, 0, axis))
                + " to "
                + Numbers.count(size(line, line.size() - 1, axis));
    }

    private static String at(Crossover crossover) {
        String at = size(crossover.at());
        if (crossover.bounded()) {
            return at + " (" + size(crossover.low()) + "–" + size(crossover.high()) + ")";
        }
        if (crossover.low() > 0) {
            return at + " (" + size(crossover.low()) + " or more)";
        }
        return Double.isFinite(crossover.high())
                ? at + " (" + size(crossover.high()) + " or less)"
                : at + " (uncertain)";
    }

    /** A crossing: 2.5, 96, 1,230. */
    static String size(double size) {
        double digit = Math.pow(10, Math.max(0, Math.floor(Math.log10(size)) - 2));
        return size < 10 ? Numbers.shortest(size, 1) : Numbers.count(Math.round(size / digit) * Math.round(digit));
    }

    /** "3.9 × (3.7–4.1)". */
    static String ratio(PairedRatio ratio) {
        int digits = Precision.halfWidth(ratio) > COARSE ? 2 : 3;
        String times = Numbers.significant(ratio.ratio(), digits) + " ×";
        return ratio.bounded()
                ? times
                        + " ("
                        + Numbers.significant(ratio.low(), digits)
                        + "–"
                        + Numbers.significant(ratio.high(), digits)
                        + ")"
                : times + " (one round, no interval)";
    }

    /** "12,300". */
    static String rate(PairedRatio rate) {
        double value = rate.ratio();
        if (value < 100) {
            return Numbers.magnitude(value);
        }
        double digit = Math.pow(10, Math.floor(Math.log10(value)) - 2);
        return Numbers.count(Math.round(Math.round(value / digit) * digit));
    }

    /** "simd with 2 threads": a name with a comma is hard to read in a sentence. */
    static String phrase(String contender) {
        int comma = contender.lastIndexOf(", ");
        return comma < 0 ? contender : contender.substring(0, comma) + " with " + contender.substring(comma + 2);
    }

    /** How far the figures can be trusted: rounds, the base against itself, the load of the machine. */
    String trust() {
        List<Round> valid = results.valid();
        if (valid.isEmpty()) {
            return "";
        }
        List<String> sentences = new ArrayList<>();
        sentences.add(roundCounts(valid.size()));
        sentences.add(itself());
        double load = valid.stream().mapToDouble(Round::load).average().orElse(0);
        sentences.add(
                load < 0.05
                        ? "Other programs kept less than a tenth of a processor busy."
                        : "On average, other programs kept " + Numbers.fixed(load, 1) + " processors busy.");
        return String.join(" ", sentences);
    }

    private String roundCounts(int valid) {
        List<Integer> counts = cells.groups().stream().map(g -> cells.rounds(g).size()).sorted().toList();
        int least = counts.getFirst();
        int most = counts.getLast();
        int discarded = results.rounds().size() - valid;
        String where = cells.groups().size() > 1 ? " of each net" : "";
        String rest =
                discarded > 0
                        ? "; "
                                + Words.count(discarded, "more round")
                                + (discarded == 1 ? " was" : " were")
                                + " discarded."
                        : ".";
        if (most == 1) {
            return "There is one round" + where + ", which gives no intervals" + rest;
        }
        String per = least == most ? Words.count(most, "round") : least + " to " + Words.count(most, "round");
        return "The intervals come from " + per + where + rest;
    }

    /** "simd with 2 threads entered twice and is called different from itself in 0 of 21 rows". */
    String itself() {
        List<Cell> again = cells.again().stream().filter(c -> c.ratio().bounded()).toList();
        if (again.isEmpty()) {
            String why =
                    cells.again().isEmpty() ? " was not compared with itself." : " entered twice, but in one round.";
            return "How often equal programs would be called different is not known: " + phrase(base) + why;
        }
        long different = again.stream().filter(c -> c.verdict().different()).count();
        double most = again.stream().mapToDouble(c -> Math.abs(Math.log(c.ratio().ratio()))).max().orElseThrow();
        return "The base, "
                + phrase(base)
                + ", was entered twice: its two entries are called different in "
                + different
                + " of "
                + Words.count(again.size(), "row")
                + " and differ by up to "
                + Numbers.percent(Math.expm1(most), 1)
                + ".";
    }
}
