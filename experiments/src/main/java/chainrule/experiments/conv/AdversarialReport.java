package chainrule.experiments.conv;

import chainrule.experiments.cli.Run;
import chainrule.experiments.conv.AdversarialStudy.Pair;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** Turns forged digits into grids of pictures and a table. */
final class AdversarialReport {
    private final Run run;
    private final double confidence;
    private final List<Pair> pairs;

    /** @param confidence from which on a forgery counts */
    AdversarialReport(Run run, double confidence, List<Pair> pairs) {
        this.run = run;
        this.confidence = confidence;
        this.pairs = pairs;
    }

    void write() {
        long fooled = pairs.stream().filter(p -> p.fooled(confidence)).count();
        String lead =
                String.format(
                        Locale.ROOT,
                        "%d of %d pairs of sample and class succeed with a confidence of at least %.2f. Means over all"
                                + " pairs: confidence %.3f, mean squared error %s, largest change of a pixel %.2f, SSIM"
                                + " %.3f.",
                        fooled,
                        pairs.size(),
                        confidence,
                        mean(Pair::confidence),
                        Cell.magnitude(mean(Pair::meanSquaredError)).text(),
                        mean(Pair::largestChange),
                        mean(Pair::ssim));
        System.out.printf("%n%s%n", lead);
        Report.Builder report = run.report("Digits that fool the classifier").lead(lead);
        Section.Builder pictures =
                Section.titled("The forgeries")
                        .prose(
                                "First row: the original, then for every class the image that the classifier takes for"
                                    + " it. Second row: what was changed, ten times as strong: red is added ink, blue"
                                    + " is ink taken away.");
        for (int digit : pairs.stream().map(Pair::digit).distinct().toList()) {
            pictures.figures(grid(digit));
        }
        run.write(report.section(pictures).section(Section.titled("Figures").table(table())).build(), json(fooled));
    }

    private double mean(ToDoubleFunction<Pair> value) {
        return pairs.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private PictureGrid grid(int digit) {
        List<Pair> row = pairs.stream().filter(p -> p.digit() == digit).toList();
        List<Picture> pictures = new ArrayList<>();
        double[] sample = row.getFirst().sample();
        pictures.add(Picture.grey(28, 28, floats(sample, 1, new double[sample.length]), "original"));
        for (Pair p : row) {
            pictures.add(
                    Picture.grey(
                            28,
                            28,
                            floats(p.pixels(), 1, new double[sample.length]),
                            String.format(Locale.ROOT, "says %d%n%.1f %%", p.said(), 100 * p.confidence())));
        }
        pictures.add(Picture.signed(28, 28, new float[sample.length], 1, "change × 10"));
        for (Pair p : row) {
            pictures.add(
                    Picture.signed(
                            28,
                            28,
                            floats(p.pixels(), 10, sample),
                            1,
                            String.format(Locale.ROOT, "SSIM %.3f", p.ssim())));
        }
        return new PictureGrid("forgeries-" + digit, "Forgeries of a " + digit, "", row.size() + 1, pictures);
    }

    /** (values − from) · factor. */
    private static float[] floats(double[] values, double factor, double[] from) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) ((values[i] - from[i]) * factor);
        }
        return result;
    }

    private Table table() {
        Table.Builder table =
                Table.titled("Every pair")
                        .numeric(
                                "sample",
                                "class wanted",
                                "class said",
                                "confidence",
                                "mean squared error",
                                "L2",
                                "largest change",
                                "SSIM");
        for (Pair p : pairs) {
            Cell said = Cell.of(String.valueOf(p.said()));
            table.row(
                    p.digit(),
                    p.wanted(),
                    p.fooled(confidence) ? said.good() : said.bad(),
                    Cell.decimals(p.confidence(), 3),
                    Cell.magnitude(p.meanSquaredError()),
                    Cell.magnitude(p.distance()),
                    Cell.decimals(p.largestChange(), 2),
                    Cell.decimals(p.ssim(), 3));
        }
        return table.build();
    }

    private SequencedMap<String, Object> json(long fooled) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("pairs", pairs.size());
        json.put("fooled", fooled);
        json.put("meanConfidence", mean(Pair::confidence));
        json.put("meanSquaredError", mean(Pair::meanSquaredError));
        json.put("meanSsim", mean(Pair::ssim));
        List<SequencedMap<String, Object>> all = new ArrayList<>();
        for (Pair p : pairs) {
            SequencedMap<String, Object> pair = new LinkedHashMap<>();
            pair.put("sample", p.digit());
            pair.put("wanted", p.wanted());
            pair.put("said", p.said());
            pair.put("confidence", p.confidence());
            pair.put("meanSquaredError", p.meanSquaredError());
            pair.put("l2", p.distance());
            pair.put("largestChange", p.largestChange());
            pair.put("ssim", p.ssim());
            all.add(pair);
        }
        json.put("all", all);
        return json;
    }
}
