package chainrule.experiments.mask;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.experiments.Cli;
import chainrule.io.ModelFile;
import chainrule.layer.Dense;
import chainrule.layer.Flatten;
import chainrule.layer.Sequential;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import javax.imageio.ImageIO;

/** Boxes on a photo, with a net that always predicts "with mask". */
class MaskDetectTest {
    private static final int GREEN = 0x17855a;
    private static final int RED = 0xc8323c;
    private static final int BLUE = 0x2464c9;

    @TempDir Path temporary;
    private Path model;
    private Path picture;

    @BeforeEach
    void saveModel() {
        saveModel(3);
    }

    private void saveModel(double bias) {
        model = temporary.resolve("model.safetensors");
        picture = temporary.resolve("answer/picture.png");
        try (Backend k = Backends.open("ejml", 1).backend();
                Scope _ = k.openScope("test")) {
            Sequential net = Sequential.build(k, 1, FaceSample.CROP.shape(), new Flatten(), new Dense(1));
            k.upload(new double[FaceSample.CROP.shape().elements()], net.parameter("dense1.weight").buffer());
            k.upload(new double[] {bias}, net.parameter("dense1.bias").buffer());
            Split split = new Split(Split.Kind.IMAGE, 2, new int[0], new int[0]);
            ModelFile.save(
                    model,
                    net,
                    FaceMask.NAME,
                    FaceKind.CLASSES,
                    Preprocessing.none(3),
                    TestTime.FLIP,
                    HeldOutFaces.setup(split, FaceSample.CROP));
        }
    }

    private Cli detect(Path photo, String... options) {
        List<String> command =
                new ArrayList<>(List.of("mask-detect", "--model", model.toString(), "--out", picture.toString()));
        command.addAll(List.of(options));
        command.add(photo.toString());
        return Cli.run(command);
    }

    private long count(int color) throws IOException {
        BufferedImage image = ImageIO.read(picture.toFile());
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        return Arrays.stream(pixels).filter(p -> (p & 0xFFFFFF) == color).count();
    }

    @Test
    void drawsRightAndWrongPredictionsInTheirColors() throws IOException {
        Cli run = detect(FaceSample.photo(FaceSample.folder(), 627));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("14 faces: 14 with mask, 0 without; 5 right, 9 wrong", picture.toString());
        assertThat(run.out().lines().filter(line -> line.contains("95.3 %"))).hasSize(14); // σ(3)
        assertThat(run.out().lines().filter(line -> line.endsWith("wrong: worn incorrectly"))).hasSize(3);
        BufferedImage image = ImageIO.read(picture.toFile());
        assertThat(image.getWidth()).isEqualTo(1200);
        assertThat(image.getHeight()).isBetween(675 + 20, 675 + 100); // 400 × 225 and the legend
        assertThat(count(GREEN)).isGreaterThan(500);
        assertThat(count(RED)).isGreaterThan(500);
        assertThat(count(BLUE)).isZero();
    }

    @Test
    void facesWithoutAnswerCountAsWrong() {
        saveModel(Double.NaN);
        Cli run = detect(FaceSample.photo(FaceSample.folder(), 627));
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.out())
                .contains("14 faces: 0 with mask, 0 without, 14 without an answer; 0 right, 14 wrong")
                .doesNotContain("NaN");
        assertThat(run.err())
                .isEqualTo(String.format(Locale.ROOT, "./run mask-detect: no answer for 14 of 14 faces%n"));
        assertThat(picture).exists();
    }

    @Test
    void judgesNothingWithoutKnownLabels() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 464);
        String xml = Files.readString(annotation).replace("with_mask", "face");
        Path boxes = Files.writeString(temporary.resolve("boxes.xml"), xml);
        Cli run = detect(FaceSample.photo(folder, 464), "--boxes", boxes.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("4 faces: 4 with mask, 0 without").doesNotContain("right", "wrong", "Right");
        assertThat(count(BLUE)).isGreaterThan(500);
        assertThat(count(GREEN) + count(RED)).isZero();
    }

    @Test
    void findsBoxesNextToThePhoto() throws IOException {
        Path photo = Files.copy(FaceSample.photo(FaceSample.folder(), 394), temporary.resolve("me.jpg"));
        Cli missing = detect(photo);
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err().lines()).hasSize(1);
        assertThat(missing.err()).contains("no boxes for", "me.xml", "--boxes");
        assertThat(picture).doesNotExist();
        Files.copy(FaceSample.annotation(FaceSample.folder(), 394), temporary.resolve("me.xml"));
        assertThat(detect(photo).out()).contains("1 face: 1 with mask, 0 without; 1 right, 0 wrong");
    }

    /** Names from other tools: the folder of Pascal VOC, an upper-case extension, a name in another case. */
    @Test
    void findsBoxesUnderOtherSpellings() throws IOException {
        Path photos = Files.createDirectories(temporary.resolve("JPEGImages"));
        Path photo = Files.copy(FaceSample.photo(FaceSample.folder(), 394), photos.resolve("me.JPG"));
        Path annotations = Files.createDirectories(temporary.resolve("Annotations"));
        Files.copy(FaceSample.annotation(FaceSample.folder(), 394), annotations.resolve("Me.XML"));
        assertThat(detect(photo).out()).contains("1 face: 1 with mask");
    }

    @Test
    void leavesOutAndCountsBoxesWithoutArea() throws IOException {
        String xml = Files.readString(FaceSample.annotation(FaceSample.folder(), 627));
        Path boxes = temporary.resolve("boxes.xml");
        Files.writeString(boxes, xml.replaceFirst("<xmin>.*</xmin>", "<xmin>399</xmin>"));
        Cli run = detect(FaceSample.photo(FaceSample.folder(), 627), "--boxes", boxes.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("13 faces: ", "1 box left out: reversed, empty or outside the photo");
    }

    @Test
    void cautionsAboutPredictionsForKnownLabels() {
        assertThat(detect(FaceSample.photo(FaceSample.folder(), 394)).out())
                .contains("not trained on", "all but 10 % of the photos of face-mask, split by image with seed 2");
        assertThat(Cli.run(List.of("mask-detect", "--help")).out()).contains("does not find faces");
    }

    @Test
    void predictWarnsThatTheModelExpectsOneFace() {
        Path photo = FaceSample.photo(FaceSample.folder(), 394);
        Cli run = Cli.run(List.of("predict", "--model", model.toString(), photo.toString(), photo.toString()));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err().lines()).singleElement().asString().contains("warning", "one face", "mask-detect");
    }

    @Test
    void namesBadFiles() throws IOException {
        Path text = Files.writeString(temporary.resolve("text.jpg"), "no photo");
        Path photo = FaceSample.photo(FaceSample.folder(), 394);
        for (Path bad : List.of(text, temporary.resolve("nowhere.jpg"), temporary)) {
            Cli run = detect(bad, "--boxes", FaceSample.annotation(FaceSample.folder(), 394).toString());
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err().lines()).hasSize(1);
            assertThat(run.err()).startsWith("./run mask-detect: ").contains(bad.toString());
        }
        Cli boxes = detect(photo, "--boxes", text.toString());
        assertThat(boxes.status()).isEqualTo(2);
        assertThat(boxes.err()).contains(text.toString(), "XML");
        Files.writeString(model, "no model");
        assertThat(detect(photo).err()).contains(model.toString());
    }
}
