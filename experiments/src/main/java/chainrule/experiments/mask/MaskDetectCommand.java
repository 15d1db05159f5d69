package chainrule.experiments.mask;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.DataException;
import chainrule.experiments.cli.BackendOptions;
import chainrule.experiments.cli.NotFinite;
import chainrule.experiments.data.Box;
import chainrule.experiments.data.ImageFinder;
import chainrule.experiments.data.PascalVoc;
import chainrule.experiments.image.ImageFile;
import chainrule.experiments.image.RgbImage;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.OutputException;
import chainrule.experiments.report.figure.BoxedPhoto;
import chainrule.experiments.report.figure.Drawing;
import chainrule.experiments.report.figure.Hue;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.train.metric.Argmax;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Classifies the faces that a Pascal VOC file marks in a photo, and draws the results. */
@Command(
        name = "mask-detect",
        description =
                "classifies the faces marked in a Pascal VOC file as with or without a mask; it does not find faces",
        footer = {
            "",
            "Draws the photo with the boxes and the predictions. The boxes come from --boxes, else from the .xml file",
            "with the photo's name in the photo's folder, else from the one in ../annotations/. If the file also names",
            "the data set's classes, predictions are marked right or wrong; this measures a model only on photos that",
            "it was not trained on. If the model's output for a face is NaN or infinite, it has no answer, and the"
                    + " exit",
            "status is 3.",
            "Example: ./run mask-detect --model experiments/results/mask/model.safetensors images/maksssksksss0.jpg"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class MaskDetectCommand implements Runnable {
    private static final int MOST_BYTES = 1 << 26;
    private static final int MOST_XML_BYTES = 1 << 22;

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "a model file of the study mask")
    Path model;

    @Option(
            names = "--boxes",
            paramLabel = "FILE",
            description = "the Pascal VOC file with the faces' boxes (default: the photo's .xml)")
    Path boxes;

    @Option(names = "--out", paramLabel = "FILE", description = "the picture (default: out/mask-detect/<photo>.png)")
    Path out;

    @Mixin BackendOptions options;

    @Parameters(paramLabel = "IMAGE", description = "a photo, PNG or JPEG")
    Path image;

    /** The prediction for one face. */
    private record Answer(Box box, Optional<FaceKind> truth, double masked) {
        int predicted() {
            return Classifier.argMax(new double[] {1 - masked, masked});
        }

        boolean answered() {
            return predicted() != Argmax.NO_ANSWER;
        }

        double confidence() {
            return Math.max(masked, 1 - masked);
        }

        boolean right() {
            return truth.isPresent() && truth.get().classIndex() == predicted();
        }
    }

    @Override
    public void run() {
        ModelFile file = ModelFile.read(model);
        FaceCrop crop = HeldOutFaces.crop(file);
        byte[] content = ImageFile.content(image, MOST_BYTES);
        Path voc = boxes == null ? boxesOfThePhoto() : boxes;
        PascalVoc.Annotation annotation = PascalVoc.parse(voc.toString(), ImageFile.content(voc, MOST_XML_BYTES));
        RgbImage photo = RgbImage.decode(image.toString(), content, annotation.width(), annotation.height());
        List<Answer> answers = new ArrayList<>();
        try (Backend backend = options.open(1).backend();
                Scope _ = backend.openScope("mask-detect")) {
            Sequential net = file.build(backend);
            for (PascalVoc.Thing thing : annotation.things()) {
                Box box = thing.box().clipped(photo.width(), photo.height());
                if (!box.empty()) {
                    answers.add(new Answer(box, FaceKind.named(thing.label()), masked(file, net, crop.of(photo, box))));
                }
            }
        }
        for (Answer answer : answers) {
            System.out.println(words(answer));
        }
        Optional<String> notDrawn = Drawing.unavailableReason();
        if (notDrawn.isPresent()) {
            throw new OutputException("cannot draw the picture: " + notDrawn.get(), null);
        }
        Path target = out == null ? Path.of("out", "mask-detect", stem(image) + ".png") : out;
        Path folder = target.toAbsolutePath().getParent();
        OutputDirectory.open(folder).write(target.getFileName().toString(), picture(photo, answers).png());
        System.out.println(summary(answers));
        int leftOut = annotation.things().size() - answers.size();
        if (leftOut > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "%d %s left out: reversed, empty or outside the photo%n",
                    leftOut,
                    leftOut == 1 ? "box" : "boxes");
        }
        if (answers.stream().anyMatch(a -> a.truth.isPresent())) {
            System.out.println(HeldOutFaces.caution(file));
        }
        System.out.println(target);
        long unanswered = answers.stream().filter(a -> !a.answered()).count();
        if (unanswered > 0) {
            throw new NotFinite("no answer for " + unanswered + " of " + answers.size() + " faces");
        }
    }

    private static double masked(ModelFile file, Sequential net, RgbImage face) {
        float[] pixels = face.values(3);
        file.preprocessing().apply(pixels, 0, pixels.length);
        return Classifier.probabilities(net, pixels, file.testTime())[1];
    }

    private Path boxesOfThePhoto() {
        Path folder = image.toAbsolutePath().normalize().getParent();
        List<Path> folders = new ArrayList<>(List.of(folder));
        list(folder.getParent()).stream()
                .filter(path -> path.getFileName().toString().equalsIgnoreCase("annotations"))
                .forEach(folders::add);
        String stem = ImageFinder.foldedStem(image.getFileName().toString());
        return folders.stream()
                .flatMap(path -> list(path).stream())
                .filter(path -> isXml(path) && ImageFinder.foldedStem(path.getFileName().toString()).equals(stem))
                .findFirst()
                .orElseThrow(
                        () ->
                                new DataException(
                                        "no boxes for "
                                                + image
                                                + ": neither "
                                                + image.resolveSibling(stem(image) + ".xml")
                                                + " nor "
                                                + folder.resolveSibling("annotations").resolve(stem(image) + ".xml")
                                                + " exists; name a Pascal VOC file with --boxes"));
    }

    private static boolean isXml(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".xml") && Files.isRegularFile(file);
    }

    /** The entries of a folder in alphabetical order; none if it does not exist. */
    private static List<Path> list(Path folder) {
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new DataException(folder + " cannot be listed: " + e.getMessage(), e);
        }
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static BoxedPhoto picture(RgbImage photo, List<Answer> answers) {
        boolean known = answers.stream().anyMatch(a -> a.truth.isPresent());
        List<BoxedPhoto.Mark> marks = new ArrayList<>();
        for (Answer a : answers) {
            String percent = a.answered() ? String.format(Locale.ROOT, "%.0f %%", 100 * a.confidence()) : "?";
            String predicted = Classifier.name(FaceKind.CLASSES, a.predicted());
            List<String> labels =
                    a.answered()
                            ? List.of(
                                    predicted + " " + percent,
                                    (a.predicted() == 1 ? "mask " : "none ") + percent,
                                    percent)
                            : List.of(predicted, percent);
            Box b = a.box;
            marks.add(
                    new BoxedPhoto.Mark(b.left(), b.top(), b.right(), b.bottom(), labels, hue(a), a.predicted() == 0));
        }
        List<BoxedPhoto.Key> legend = new ArrayList<>();
        legend.add(new BoxedPhoto.Key("with mask", Hue.GREY, false));
        legend.add(new BoxedPhoto.Key("without mask", Hue.GREY, true));
        if (known) {
            legend.add(new BoxedPhoto.Key("right", Hue.GREEN, false));
            legend.add(new BoxedPhoto.Key("wrong", Hue.RED, false));
        }
        legend.add(new BoxedPhoto.Key(summary(answers), null, false));
        return new BoxedPhoto(photo.buffered(), marks, legend);
    }

    private static Hue hue(Answer a) {
        return a.truth.isEmpty() ? Hue.BLUE : a.right() ? Hue.GREEN : Hue.RED;
    }

    private static String words(Answer a) {
        return String.format(
                Locale.ROOT,
                "  %4.0f, %4.0f  %3.0f × %-3.0f  %-12s  %7s%s",
                a.box.left(),
                a.box.top(),
                a.box.width(),
                a.box.height(),
                Classifier.name(FaceKind.CLASSES, a.predicted()),
                a.answered() ? String.format(Locale.ROOT, "%5.1f %%", 100 * a.confidence()) : "",
                a.truth.map(kind -> a.right() ? "  right" : "  wrong: " + kind.words()).orElse(""));
    }

    /** "14 faces: 12 with mask, 2 without; 13 right, 1 wrong". */
    private static String summary(List<Answer> answers) {
        long masked = answers.stream().filter(a -> a.predicted() == 1).count();
        long unanswered = answers.stream().filter(a -> !a.answered()).count();
        long judged = answers.stream().filter(a -> a.truth.isPresent()).count();
        long right = answers.stream().filter(Answer::right).count();
        return String.format(
                Locale.ROOT,
                "%d %s: %d with mask, %d without%s%s",
                answers.size(),
                answers.size() == 1 ? "face" : "faces",
                masked,
                answers.size() - masked - unanswered,
                unanswered > 0 ? String.format(Locale.ROOT, ", %d without an answer", unanswered) : "",
                judged > 0 ? String.format(Locale.ROOT, "; %d right, %d wrong", right, judged - right) : "");
    }
}
