package chainrule.experiments.mask;

import chainrule.data.DataException;
import chainrule.fuzz.Target;
import chainrule.fuzz.Wrap;
import chainrule.io.FormatException;
import chainrule.io.ModelFile;
import chainrule.io.ModelTargets;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import javax.imageio.ImageIO;

/** A data set of faces from an archive (annotation, photo and cropped faces), and the settings of a mask model. */
public final class MaskTargets {
    private static final byte[] PHOTO = photo();

    /** For {@code chainrule.fuzz.Targets}. */
    public static final List<Target> ALL =
            List.of(
                    Target.of(
                                    "face-mask",
                                    file ->
                                            FaceMask.load(Wrap.file("faces.zip", file), new FaceCrop(8, 0.5))
                                                    .describe(),
                                    new Target.Memory(3 * 1032, 8 << 20),
                                    DataException.class)
                            .wrapped("face-mask", MaskTargets::archive),
                    Target.of(
                                    "mask-model",
                                    file -> HeldOutFaces.crop(ModelFile.read(Wrap.file("mask.safetensors", file))),
                                    new Target.Memory(400, 1 << 20),
                                    FormatException.class)
                            .wrapped("mask-model", ModelTargets::model));

    private MaskTargets() {}

    private static byte[] photo() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An archive of one photo with the fuzzer's annotation. */
    private static byte[] archive(byte[] xml) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("annotations/a.xml"));
            zip.write(xml);
            zip.putNextEntry(new ZipEntry("images/a.png"));
            zip.write(PHOTO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
