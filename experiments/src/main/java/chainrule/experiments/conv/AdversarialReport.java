package chainrule.experiments.conv;

import chainrule.experiments.cli.Run;
import chainrule.experiments.conv.Forger.Pair;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;
import chainrule.tensor.Shape;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** Turns forged images into grids of pictures and a table. */
final class AdversarialReport {
    private final Run run;
    private final Shape image;
    private final List<String> classes;
    private final double confidence;
    private final SequencedMap<String, List<Pair>> samples = new LinkedHashMap<>();

    /**
     * @param image [height, width, 1 or 3]
     * @param confidence from which on a forgery counts
     */
    AdversarialReport(Run run, Shape image, List<String> classes, double confidence) {
        this.run = run;
        this.image = image;
        this.classes = classes;
        this.confidence = confidence;
    }

    /**
     * @param name of the sample, such as "a 7"
     * @return where its pairs are to be put
     */
    List<Pair> sample(String name) {
        return samples.computeIfAbsent(name, _ -> new ArrayList<>());
    }

    /** Whether there is anything to report. */
    boolean isEmpty() {
        return pairs().isEmpty();
    }

    private List<Pair> pairs() {
        return samples.values().stream().flatMap(List::stream).toList();
    }

    /** @param change says what the second row of every grid shows */
    void write(String title, String change) {
        List<Pair> pairs = pairs();
        long fooled = pairs.stream().filter(p -> p.fooled(confidence)).count();
        String lead =
                String.format(
                        Locale.ROOT,
                        "%d of %d pairs of sample and class succeed with a confidence of at least %.2f. Means over all"
                            + " pairs: confidence %.3f (%.3f once the pixels are rounded to 256 levels, as a picture"
                            + " file holds them), mean squared error %s, largest change of a pixel %.3f of the whole"
                            + " range, SSIM %.3f.",
                        fooled,
                        pairs.size(),
                        confidence,
                        mean(Pair::confidence),
                        mean(Pair::inBytes),
                        Cell.magnitude(mean(Pair::meanSquaredError)).text(),
                        mean(Pair::largestChange),
                        mean(Pair::ssim));
        System.out.printf(Locale.ROOT, "%n%s%n", lead);
        Report.Builder report = run.report(title).lead(lead);
        Section.Builder pictures =
                Section.titled("The forgeries")
                        .prose(
                                "First row: the original, then for every class the image that the classifier takes for"
                                        + " it. "
                                        + change);
        samples.forEach((name, row) -> pictures.figures(grid(name, row)));
        run.write(report.section(pictures).section(Section.titled("Figures").table(table())).build(), json(fooled));
    }

    private double mean(ToDoubleFunction<Pair> value) {
        return pairs().stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private PictureGrid grid(String name, List<Pair> row) {
        List<Picture> pictures = new ArrayList<>();
        double[] sample = row.getFirst().sample();
        double[] nothing = new double[sample.length];
        pictures.add(Picture.of(image, floats(sample, 1, nothing), "original"));
        for (Pair p : row) {
            pictures.add(
                    Picture.of(
                            image,
                            floats(p.pixels(), 1, nothing),
                            String.format(
                                    Locale.ROOT,
                                    "says %s%n%.1f %%",
                                    Classifier.name(classes, p.said()),
                                    100 * p.confidence())));
        }
        pictures.add(change(new float[sample.length], "change × 10"));
        for (Pair p : row) {
            pictures.add(change(floats(p.pixels(), 10, sample), String.format(Locale.ROOT, "SSIM %.3f", p.ssim())));
        }
        String file = "forgeries-" + name.replaceAll("^a ", "").replaceAll("[^a-z0-9]+", "-");
        return new PictureGrid(file, "Forgeries of " + name, "", row.size() + 1, pictures);
    }

    /** A change as a picture: of grey images in red and blue on white, of colour images in their colours on grey. */
    private Picture change(float[] difference, String caption) {
        if (image.size(2) == 1) {
            return Picture.signed(image.size(1), image.size(0), difference, 1, caption);
        }
        float[] around = new float[difference.length];
        for (int i = 0; i < around.length; i++) {
            around[i] = 0.5f + difference[i] / 2;
        }
        return Picture.rgb(image.size(1), image.size(0), around, caption);
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
                        .columns("sample", "class wanted", "class said")
                        .numeric("confidence", "in bytes", "mean squared error", "L2", "largest change", "SSIM");
        for (Pair p : pairs()) {
            Cell said = Cell.of(Classifier.name(classes, p.said()));
            table.row(
                    classes.get(p.truth()),
                    classes.get(p.wanted()),
                    p.fooled(confidence) ? said.good() : said.bad(),
                    Cell.decimals(p.confidence(), 3),
                    Cell.decimals(p.inBytes(), 3),
                    Cell.magnitude(p.meanSquaredError()),
                    Cell.magnitude(p.distance()),
                    Cell.decimals(p.largestChange(), 3),
                    Cell.decimals(p.ssim(), 3));
        }
        return table.build();
    }

    private SequencedMap<String, Object> json(long fooled) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        List<Pair> pairs = pairs();
        json.put("pairs", pairs.size());
        json.put("fooled", fooled);
        json.put("meanConfidence", mean(Pair::confidence));
        json.put("meanConfidenceInBytes", mean(Pair::inBytes));
        json.put("meanSquaredError", mean(Pair::meanSquaredError));
        json.put("largestChange", pairs.stream().mapToDouble(Pair::largestChange).max().orElse(Double.NaN));
        json.put("meanSsim", mean(Pair::ssim));
        List<SequencedMap<String, Object>> all = new ArrayList<>();
        for (Pair p : pairs) {
            SequencedMap<String, Object> pair = new LinkedHashMap<>();
            pair.put("sample", classes.get(p.truth()));
            pair.put("wanted", classes.get(p.wanted()));
            pair.put("said", Classifier.name(classes, p.said()));
            pair.put("confidence", p.confidence());
            pair.put("confidenceInBytes", p.inBytes());
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
