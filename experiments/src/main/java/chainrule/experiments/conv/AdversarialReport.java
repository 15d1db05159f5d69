package chainrule.experiments.conv;

import chainrule.experiments.conv.AdversarialResults.Example;
import chainrule.experiments.conv.AdversarialResults.Original;
import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.StudyReport;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;
import chainrule.tensor.Shape;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Shows adversarial examples as grids of pictures and in tables. */
final class AdversarialReport implements StudyReport {
    /** The largest level of an 8-bit pixel. */
    private static final int LEVELS = 255;

    /** The factor by which changes are amplified in the pictures. */
    private static final int AMPLIFIED = 10;

    private final RunFacts facts;
    private final AdversarialResults results;
    private final Pixels pixels;
    private final Wording wording;

    /**
     * The images; results.json does not hold them.
     *
     * @param image [height, width, 1 or 3]
     * @param originals in the order of the results
     * @param examples in the order of the results
     */
    record Pixels(Shape image, List<double[]> originals, List<double[]> examples) {}

    /**
     * The texts that differ between the data sets.
     *
     * @param title heading
     * @param change the meaning of the colors in the second row of every grid
     * @param claim the sentence of the assignment about human perception
     */
    record Wording(String title, String change, Assignment claim) {}

    AdversarialReport(RunFacts facts, AdversarialResults results, Pixels pixels, Wording wording) {
        this.facts = facts;
        this.results = results;
        this.pixels = pixels;
        this.wording = wording;
    }

    @Override
    public String console() {
        return lead() + "\n";
    }

    @Override
    public Report report() {
        Section.Builder pictures =
                Section.titled("The adversarial examples")
                        .prose(
                                "First row: the original, then one image per target class. Second row: the change, × "
                                        + AMPLIFIED
                                        + "; "
                                        + wording.change
                                        + ".");
        for (int i = 0; i < results.originals().size(); i++) {
            pictures.figures(grid(i));
        }
        Report.Builder report = facts.report(wording.title, results).lead(lead()).section(pictures);
        if (results.pairs() > 0) {
            report.section(Section.titled("What a person sees").prose(seen(wording.claim)));
        }
        Section.Builder tables = Section.titled("Metrics").table(originals());
        if (results.pairs() > 0) {
            tables.table(table());
        }
        return report.section(tables).build();
    }

    String lead() {
        String start = originalsText();
        if (results.pairs() == 0) {
            return start + " No target differs from the true class, so nothing was attacked.";
        }
        String least = Numbers.decimals(results.confidence(), 2);
        return String.join(
                " ",
                start,
                results.fooled()
                        + " of "
                        + Words.count(results.pairs(), "adversarial example")
                        + (results.pairs() == 1 ? " is" : " are")
                        + " predicted as the target class with a confidence of at least "
                        + least
                        + ", "
                        + results.fooledAfterRounding()
                        + " after the pixels are rounded to 8 bits.",
                "Means: confidence "
                        + Numbers.decimals(results.meanConfidence(), 3)
                        + " ("
                        + Numbers.decimals(results.meanConfidenceAfterRounding(), 3)
                        + " after 8-bit rounding), mean squared error "
                        + Numbers.magnitude(results.meanSquaredError())
                        + ", SSIM with the original "
                        + ssim()
                        + ".",
                "The largest change of a pixel is " + largestChange() + ".");
    }

    private String ssim() {
        return Numbers.decimals(results.meanSsim(), 3) + " (lowest " + Numbers.decimals(results.minimumSsim(), 3) + ")";
    }

    private String largestChange() {
        return Numbers.decimals(results.largestChange(), 3)
                + " of the range, or "
                + Numbers.fixed(LEVELS * results.largestChange(), 0)
                + " of "
                + LEVELS
                + " levels";
    }

    private String originalsText() {
        List<Original> originals = results.originals();
        long right = originals.stream().filter(o -> o.sample().equals(o.predicted())).count();
        double least = originals.stream().mapToDouble(Original::confidence).min().orElse(Double.NaN);
        return originals.size() == 1
                ? String.format(
                        Locale.ROOT,
                        "The original, %s, is predicted as %s with a confidence of %s.",
                        originals.getFirst().name(),
                        originals.getFirst().predicted(),
                        Numbers.decimals(least, 3))
                : String.format(
                        Locale.ROOT,
                        "%d of %d originals are predicted as their true class; the lowest confidence is %s.",
                        right,
                        originals.size(),
                        Numbers.decimals(least, 3));
    }

    private String seen(Assignment claim) {
        return "The assignment's report: "
                + claim.quoted()
                + ". This run asked no person, and says only how far the images are apart: an SSIM of "
                + ssim()
                + " and a largest change of "
                + largestChange()
                + ".";
    }

    private PictureGrid grid(int original) {
        Original from = results.originals().get(original);
        int[] row =
                IntStream.range(0, results.all().size())
                        .filter(i -> results.all().get(i).original() == original)
                        .toArray();
        double[] sample = pixels.originals.get(original);
        double[] nothing = new double[sample.length];
        List<Picture> pictures = new ArrayList<>();
        pictures.add(
                Picture.of(
                        pixels.image,
                        floats(sample, 1, nothing),
                        String.format(
                                Locale.ROOT,
                                "original\npredicted %s, %s",
                                from.predicted(),
                                Numbers.percent(from.confidence(), 1))));
        for (int i : row) {
            Example e = results.all().get(i);
            pictures.add(
                    Picture.of(
                            pixels.image,
                            floats(pixels.examples.get(i), 1, nothing),
                            (e.attack() ? "target " : "true class ")
                                    + e.target()
                                    + "\n"
                                    + (e.predicted().equals(e.target())
                                            ? "predicted, "
                                            : "predicted " + e.predicted() + "; target ")
                                    + Numbers.percent(e.confidence(), 1)));
        }
        pictures.add(change(new float[sample.length], "change × " + AMPLIFIED));
        for (int i : row) {
            pictures.add(
                    change(
                            floats(pixels.examples.get(i), AMPLIFIED, sample),
                            "SSIM " + Numbers.decimals(results.all().get(i).ssim(), 3)));
        }
        String file = "adversarial-" + from.name().replaceAll("^a ", "").replaceAll("[^a-z0-9]+", "-");
        return new PictureGrid(file, "Adversarial examples of " + from.name(), "", row.length + 1, pictures);
    }

    /** A change as an image: red and blue on white for gray images, colors on gray for color images. */
    private Picture change(float[] difference, String caption) {
        if (pixels.image.size(2) == 1) {
            return Picture.signed(pixels.image.size(1), pixels.image.size(0), difference, 1, caption);
        }
        float[] around = new float[difference.length];
        for (int i = 0; i < around.length; i++) {
            around[i] = 0.5f + difference[i] / 2;
        }
        return Picture.rgb(pixels.image.size(1), pixels.image.size(0), around, caption);
    }

    /** (values − from) · factor. */
    private static float[] floats(double[] values, double factor, double[] from) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) ((values[i] - from[i]) * factor);
        }
        return result;
    }

    private Table originals() {
        Table.Builder table =
                Table.titled("The originals").columns("original", "true class", "predicted").numeric("confidence");
        for (Original o : results.originals()) {
            Cell predicted = Cell.of(o.predicted());
            table.row(
                    o.name(),
                    o.sample(),
                    o.predicted().equals(o.sample()) ? predicted : predicted.warn(),
                    Cell.decimals(o.confidence(), 3));
        }
        return table.build();
    }

    private Table table() {
        Table.Builder table =
                Table.titled("Every pair, the lowest SSIM first")
                        .columns("true class", "target", "predicted")
                        .numeric(
                                "confidence",
                                "after 8-bit rounding",
                                "mean squared error",
                                "L2",
                                "largest change",
                                "SSIM");
        for (Example e : results.attacks().stream().sorted(Comparator.comparingDouble(Example::ssim)).toList()) {
            Cell predicted = Cell.of(e.predicted());
            table.row(
                    e.sample(),
                    e.target(),
                    e.fooled(results.confidence()) ? predicted.good() : predicted.bad(),
                    Cell.decimals(e.confidence(), 3),
                    Cell.decimals(e.confidenceAfterRounding(), 3),
                    Cell.magnitude(e.meanSquaredError()),
                    Cell.magnitude(e.l2()),
                    Cell.decimals(e.largestChange(), 3),
                    Cell.decimals(e.ssim(), 3));
        }
        Set<String> left =
                results.all().stream().filter(e -> !e.attack()).map(Example::sample).collect(Collectors.toSet());
        return (left.isEmpty() ? table : table.note("Pairs whose target is the true class are left out.")).build();
    }
}
