package chainrule.bench.versus;

import chainrule.bench.statistics.PairedRatio;

import java.util.ArrayList;
import java.util.List;

/**
 * The contents of ratios.json: what follows from results.json, for programs that read it.
 *
 * @param schema the version of this format
 * @param base the contender that all others are compared with
 * @param rows one for each net, width, batch size and contender that was measured
 */
record VersusRatios(int schema, String base, List<Row> rows) {
    /** The version that is written. */
    static final int SCHEMA = 1;

    /**
     * A cell of the page's table.
     *
     * @param net the name of the net
     * @param width units or filters; 0 for the net's own
     * @param batch examples in a step
     * @param contender its name: "simd, 2 threads"
     * @param program "simd"
     * @param threads 0 for a GPU
     * @param imagesPerSecond the geometric mean over the rounds
     * @param ratio how many times as fast as the base; 1 for the base
     * @param low lower end of its 95 % interval
     * @param high upper end
     * @param verdict "faster", "slower", "same", "undecided"; "base" for the base
     * @param rounds that count
     */
    record Row(
            String net,
            int width,
            int batch,
            String contender,
            String program,
            int threads,
            double imagesPerSecond,
            double ratio,
            double low,
            double high,
            String verdict,
            int rounds) {}

    static VersusRatios of(VersusResults results) {
        Cells cells = new Cells(results);
        String base = results.plan().base().name();
        List<Row> rows = new ArrayList<>();
        for (Cells.Group group : cells.groups()) {
            for (VersusResults.Entrant entrant : cells.entrants()) {
                for (Cells.Cell cell : cells.line(group, entrant.name())) {
                    boolean first = entrant.name().equals(base);
                    PairedRatio ratio = cell.ratio();
                    rows.add(
                            new Row(
                                    group.net(),
                                    group.width(),
                                    cell.batch(),
                                    entrant.name(),
                                    entrant.program(),
                                    entrant.threads(),
                                    cell.rate().ratio(),
                                    first ? 1 : ratio.ratio(),
                                    first ? 1 : ratio.low(),
                                    first ? 1 : ratio.high(),
                                    first ? "base" : cell.verdict().word(),
                                    cell.rate().rounds()));
                }
            }
        }
        return new VersusRatios(SCHEMA, base, rows);
    }
}
