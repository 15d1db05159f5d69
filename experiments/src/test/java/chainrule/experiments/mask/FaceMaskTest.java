package chainrule.experiments.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import chainrule.data.DataException;
import chainrule.experiments.data.ImageFinder;
import chainrule.experiments.data.PascalVoc;
import chainrule.experiments.data.ReadableTree;
import chainrule.experiments.image.Pictures;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

class FaceMaskTest {
    @TempDir Path temporary;

    private static long count(FaceMask data, FaceKind kind) {
        return data.faces().stream().filter(face -> face.kind() == kind).count();
    }

    @Test
    void readsEveryFaceWithItsClass() {
        FaceMask data = FaceMask.load(FaceSample.folder(), FaceSample.CROP);
        assertThat(data.faces()).hasSize(FaceSample.FACES);
        assertThat(data.photos()).hasSize(FaceSample.PHOTOS).contains("maksssksksss251.jpg");
        assertThat(count(data, FaceKind.WITH_MASK)).isEqualTo(51);
        assertThat(count(data, FaceKind.WITHOUT_MASK)).isEqualTo(20);
        assertThat(count(data, FaceKind.WORN_INCORRECTLY)).isEqualTo(6);
        assertThat(data.crops().size()).isEqualTo(FaceSample.FACES);
        assertThat(data.crops().inputShape().sizes()).containsExactly(16, 16, 3);
        for (int i = 0; i < FaceSample.FACES; i++) {
            boolean masked = data.faces().get(i).kind() == FaceKind.WITH_MASK;
            assertThat(data.crops().label(i)).isEqualTo(masked ? 1 : 0);
        }
        assertThat(data.crops().classNames()).containsExactly("without mask", "with mask");
        assertThat(data.skipped()).isEmpty();
        assertThat(data.leftOut()).isEmpty();
        assertThat(data.hidden()).isZero();
        assertThat(data.describe()).contains("77 faces in 10 photos", "1 of them copies");
    }

    @Test
    void readsAZipArchiveLikeAFolder() {
        FaceMask folder = FaceMask.load(FaceSample.folder(), FaceSample.CROP);
        for (String top : new String[] {"", "face-mask/", "any/thing at all/"}) {
            FaceMask zip = FaceMask.load(FaceSample.zip(temporary.resolve("faces.zip"), top), FaceSample.CROP);
            assertThat(zip.faces()).isEqualTo(folder.faces());
            assertThat(zip.photos()).isEqualTo(folder.photos());
            assertThat(zip.groups()).containsExactly(folder.groups());
            assertThat(zip.crops().pixels()).containsExactly(folder.crops().pixels());
        }
    }

    /** One box of photo 251 extends to column 401 of 400. */
    @Test
    void clipsBoxesToTheirPhoto() throws IOException {
        assertThat(Files.readString(FaceSample.annotation(FaceSample.folder(), 251))).contains("<xmax>401</xmax>");
        FaceMask data = FaceMask.load(FaceSample.folder(), FaceSample.CROP);
        int photo = data.photos().indexOf("maksssksksss251.jpg");
        assertThat(data.faces()).filteredOn(f -> f.photo() == photo).anyMatch(f -> f.box().right() == 400);
        assertThat(data.faces()).allMatch(f -> f.box().left() >= 0 && f.box().right() <= 400);
    }

    @Test
    void leavesOutABoxOutsideItsPhoto() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 394);
        String xml = Files.readString(annotation);
        Files.writeString(
                annotation,
                xml.replaceAll("<xmin>.*</xmin>", "<xmin>400</xmin>")
                        .replaceAll("<xmax>.*</xmax>", "<xmax>450</xmax>"));
        FaceMask data = FaceMask.load(folder, FaceSample.CROP);
        assertThat(data.leftOut()).singleElement().asString().contains("394.xml", "object 1", "outside the photo");
        assertThat(data.faces()).hasSize(FaceSample.FACES - 1);
        assertThat(data.describe()).endsWith(", 1 box left out");
    }

    /** Of the 24 boxes of a photo, one has swapped sides and one has no width. */
    @Test
    void leavesOutAndNamesBoxesWithoutArea() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 251);
        String xml = Files.readString(annotation);
        xml = xml.replaceFirst("<xmin>.*</xmin>", "<xmin>399</xmin>"); // of the first face
        int last = xml.lastIndexOf("<ymin>");
        xml = xml.substring(0, last) + xml.substring(last).replaceFirst("<ymax>.*</ymax>", "<ymax>0</ymax>");
        Files.writeString(annotation, xml);
        FaceMask data = FaceMask.load(folder, FaceSample.CROP);
        assertThat(data.faces()).hasSize(FaceSample.FACES - 2);
        assertThat(data.photos()).hasSize(FaceSample.PHOTOS);
        assertThat(data.leftOut()).hasSize(2).allMatch(reason -> reason.contains("251.xml"));
        assertThat(data.leftOut().getFirst()).contains("the box of object 1 is reversed or empty", "left=399");
        assertThat(data.leftOut().getLast()).contains("object 24");
        assertThat(data.describe()).endsWith(", 2 boxes left out");
    }

    @Test
    void ignoresAndCountsHiddenFiles() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 251);
        Files.write(annotation.resolveSibling("._maksssksksss251.xml"), new byte[] {0, 5, 22, 7});
        Path checkpoints = Files.createDirectories(annotation.resolveSibling(".ipynb_checkpoints"));
        Files.copy(annotation, checkpoints.resolve("maksssksksss251-checkpoint.xml"));
        FaceMask data = FaceMask.load(folder, FaceSample.CROP);
        assertThat(data.faces()).hasSize(FaceSample.FACES);
        assertThat(data.describe()).endsWith(", 2 hidden files ignored");
    }

    /** Variants of {@code <filename>} and of file names from other tools and systems. */
    @ParameterizedTest
    @CsvSource({
        "C:\\Users\\me\\maksssksksss394.jpg, maksssksksss394.jpg",
        "maksssksksss394.png, maksssksksss394.jpg",
        "MAKSSSKSKSSS394.JPG, maksssksksss394.jpg",
        "maksssksksss394.jpg, Maksssksksss394.JPG",
        "Zoé.jpg, Zoe\u0301.jpg",
        "Zoe\u0301.png, Zoé.jpg",
        "frame.png, maksssksksss394.jpg",
        "'', maksssksksss394.jpg",
    })
    void findsPhotosUnderEverySpelling(String filename, String photo) throws IOException {
        assumeThat(photo).matches(FaceMaskTest::canBeAFile);
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 394);
        String xml = Files.readString(annotation);
        String element = filename.isEmpty() ? "" : Matcher.quoteReplacement("<filename>" + filename + "</filename>");
        Files.writeString(annotation, xml.replaceAll("<filename>.*</filename>", element));
        Path file = FaceSample.photo(folder, 394);
        Files.move(file, file.resolveSibling(photo));
        FaceMask data = FaceMask.load(folder, FaceSample.CROP);
        assertThat(data.skipped()).isEmpty();
        assertThat(data.photos()).contains(photo);
        assertThat(data.crops().pixels())
                .isEqualTo(FaceMask.load(FaceSample.folder(), FaceSample.CROP).crops().pixels());
    }

    private static boolean canBeAFile(String name) {
        return Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode(name);
    }

    /** Two photos whose names differ only in case: a third spelling matches neither. */
    @Test
    void doesNotGuessAmbiguousNames() {
        Path zip = temporary.resolve("twins.zip");
        PascalVoc.Annotation annotation = new PascalVoc.Annotation("x.xml", "A.jpg", 0, 0, List.of());
        try (ReadableTree tree = ReadableTree.open(pack(zip, "annotations/x.xml", "images/a.jpg", "images/b/a.jpg"))) {
            assertThat(new ImageFinder(tree).find("annotations/x.xml", annotation)).isEmpty();
        }
        try (ReadableTree tree = ReadableTree.open(pack(zip, "annotations/x.xml", "images/a.jpg", "images/a.png"))) {
            assertThat(new ImageFinder(tree).find("annotations/x.xml", annotation)).contains("images/a.jpg");
        }
    }

    private static Path pack(Path zip, String... names) {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zip;
    }

    /** Boxes refer to the upright photo, or to the stored one if the tool ignored the orientation. */
    @Test
    void appliesBoxesToTheAnnotatedOrientation() throws IOException {
        byte[] expected = FaceMask.load(FaceSample.folder(), FaceSample.CROP).crops().pixels();
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path file = FaceSample.photo(folder, 394);
        byte[] photo = Files.readAllBytes(file);
        assertThat(Files.readString(FaceSample.annotation(folder, 394))).contains("<width>");
        Files.write(file, Pictures.withOrientation(photo, 6));
        assertThat(FaceMask.load(folder, FaceSample.CROP).crops().pixels()).isEqualTo(expected);
    }

    @Test
    void groupsIdenticalPhotos() {
        FaceMask data = FaceMask.load(FaceSample.folder(), FaceSample.CROP);
        int first = data.photos().indexOf("maksssksksss653.jpg");
        int second = data.photos().indexOf("maksssksksss775.jpg");
        assertThat(data.groups()[second]).isEqualTo(first);
        assertThat(Arrays.stream(data.groups()).distinct()).hasSize(FaceSample.PHOTOS - 1);
    }

    @Test
    void skipsAndNamesUnreadablePhotos() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        byte[] intact = Files.readAllBytes(FaceSample.photo(folder, 251));
        Files.write(FaceSample.photo(folder, 251), Arrays.copyOf(intact, 100));
        Files.delete(FaceSample.photo(folder, 419));
        Files.writeString(FaceSample.photo(folder, 464), "<html>404 not found</html>");
        FaceMask data = FaceMask.load(folder, FaceSample.CROP);
        assertThat(data.faces()).hasSize(FaceSample.FACES - 24 - 8 - 4);
        assertThat(data.photos()).hasSize(FaceSample.PHOTOS - 3);
        assertThat(data.skipped()).hasSize(3);
        assertThat(data.skipped().get(0)).contains("maksssksksss251.jpg");
        assertThat(data.skipped().get(1)).contains("maksssksksss419.jpg", "is missing");
        assertThat(data.skipped().get(2)).contains("maksssksksss464.jpg", "not a PNG or JPEG image");
        assertThat(data.describe()).contains("3 photos skipped");
        for (int number : new int[] {394, 586, 627, 647, 653, 760, 775}) {
            Files.delete(FaceSample.photo(folder, number));
        }
        assertThatThrownBy(() -> FaceMask.load(folder, FaceSample.CROP))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll(
                        folder.toString(), "no usable face", "10 photos skipped", "maksssksksss251.jpg");
    }

    /** The original photos are PNG files; some annotations still name a converted JPEG that way. */
    @Test
    void acceptsAnotherExtensionOfThePhoto() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 394);
        Files.writeString(annotation, Files.readString(annotation).replace("394.jpg", "394.png"));
        assertThat(FaceMask.load(folder, FaceSample.CROP).faces()).hasSize(FaceSample.FACES);
    }

    @Test
    void namesAnUnknownClass() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 586);
        Files.writeString(annotation, Files.readString(annotation).replaceFirst("with_mask", "with_hat"));
        assertThatThrownBy(() -> FaceMask.load(folder, FaceSample.CROP))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("maksssksksss586.xml", "'with_hat'", "with_mask, without_mask");
    }

    @Test
    void rejectsAPlaceWithoutData() {
        assertThatThrownBy(() -> FaceMask.load(temporary, FaceSample.CROP))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll(temporary.toString(), "annotations");
        assertThatThrownBy(() -> FaceMask.load(temporary.resolve("nowhere"), FaceSample.CROP))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("nowhere");
    }
}
