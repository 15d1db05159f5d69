package chainrule.experiments.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class FaceMaskTest {
    @TempDir Path temporary;

    private static long count(FaceMask data, FaceKind kind) {
        return data.faces().stream().filter(face -> face.kind() == kind).count();
    }

    @Test
    void everyFaceIsReadWithItsClass() {
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
        assertThat(data.emptyBoxes()).isZero();
        assertThat(data.describe()).contains("77 faces in 10 photos", "1 of them alike");
    }

    @Test
    void aZipArchiveIsReadLikeAFolder() {
        FaceMask folder = FaceMask.load(FaceSample.folder(), FaceSample.CROP);
        for (String top : new String[] {"", "face-mask/", "any/thing at all/"}) {
            FaceMask zip = FaceMask.load(FaceSample.zip(temporary.resolve("faces.zip"), top), FaceSample.CROP);
            assertThat(zip.faces()).isEqualTo(folder.faces());
            assertThat(zip.photos()).isEqualTo(folder.photos());
            assertThat(zip.groups()).containsExactly(folder.groups());
            assertThat(zip.crops().pixels()).containsExactly(folder.crops().pixels());
        }
    }

    /** One box of photo 251 reaches to column 401 of 400. */
    @Test
    void boxesAreClippedToTheirPhoto() throws IOException {
        assertThat(Files.readString(FaceSample.annotation(FaceSample.folder(), 251))).contains("<xmax>401</xmax>");
        FaceMask data = FaceMask.load(FaceSample.folder(), FaceSample.CROP);
        int photo = data.photos().indexOf("maksssksksss251.jpg");
        assertThat(data.faces()).filteredOn(f -> f.photo() == photo).anyMatch(f -> f.box().right() == 400);
        assertThat(data.faces()).allMatch(f -> f.box().left() >= 0 && f.box().right() <= 400);
    }

    @Test
    void aBoxOutsideItsPhotoIsLeftOut() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 394);
        String xml = Files.readString(annotation);
        Files.writeString(
                annotation,
                xml.replaceAll("<xmin>.*</xmin>", "<xmin>400</xmin>")
                        .replaceAll("<xmax>.*</xmax>", "<xmax>450</xmax>"));
        FaceMask data = FaceMask.load(folder, FaceSample.CROP);
        assertThat(data.emptyBoxes()).isEqualTo(1);
        assertThat(data.faces()).hasSize(FaceSample.FACES - 1);
        assertThat(data.describe()).contains("1 boxes outside their photo left out");
    }

    @Test
    void identicalPhotosAreOneGroup() {
        FaceMask data = FaceMask.load(FaceSample.folder(), FaceSample.CROP);
        int first = data.photos().indexOf("maksssksksss653.jpg");
        int second = data.photos().indexOf("maksssksksss775.jpg");
        assertThat(data.groups()[second]).isEqualTo(first);
        assertThat(Arrays.stream(data.groups()).distinct()).hasSize(FaceSample.PHOTOS - 1);
    }

    @Test
    void photosThatCannotBeReadAreNamedAndSkipped() throws IOException {
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
        assertThat(data.skipped().get(2)).contains("maksssksksss464.jpg", "not an image");
        assertThat(data.describe()).contains("3 photos skipped");
        for (int number : new int[] {394, 586, 627, 647, 653, 760, 775}) {
            Files.delete(FaceSample.photo(folder, number));
        }
        assertThatThrownBy(() -> FaceMask.load(folder, FaceSample.CROP))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll(folder.toString(), "no face", "10 photos skipped", "maksssksksss251.jpg");
    }

    /** The original photos are PNG files, and so do some annotations call what is a JPEG by now. */
    @Test
    void anotherEndingOfThePhotosNameIsForgiven() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 394);
        Files.writeString(annotation, Files.readString(annotation).replace("394.jpg", "394.png"));
        assertThat(FaceMask.load(folder, FaceSample.CROP).faces()).hasSize(FaceSample.FACES);
    }

    @Test
    void anUnknownClassIsRefusedByName() throws IOException {
        Path folder = FaceSample.copy(temporary.resolve("data"));
        Path annotation = FaceSample.annotation(folder, 586);
        Files.writeString(annotation, Files.readString(annotation).replaceFirst("with_mask", "with_hat"));
        assertThatThrownBy(() -> FaceMask.load(folder, FaceSample.CROP))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("maksssksksss586.xml", "'with_hat'", "with_mask, without_mask");
    }

    @Test
    void aPlaceWithoutDataIsRefused() {
        assertThatThrownBy(() -> FaceMask.load(temporary, FaceSample.CROP))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll(temporary.toString(), "annotations");
        assertThatThrownBy(() -> FaceMask.load(temporary.resolve("nowhere"), FaceSample.CROP))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("nowhere");
    }
}
