package chainrule.experiments.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import chainrule.experiments.MnistSlice;
import chainrule.experiments.cli.Startup;
import chainrule.experiments.resume.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

/** Containers and servers: no UTF-8, no display, no fonts, little memory. Each command is a separate process. */
class MachineTest {
    private static final String MODEL = "results/mnist-cnn/model.safetensors";

    @TempDir Path folder;

    private Program program(String... jvmOptions) {
        return new Program(folder.resolve("log"), jvmOptions);
    }

    private String picture(String name) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(new BufferedImage(28, 28, BufferedImage.TYPE_INT_ARGB), "png", Files.newOutputStream(file));
        return file.toString();
    }

    @Test
    void printsFormulasInTheCLocale() throws InterruptedException {
        Program explain = program().environment("LC_ALL", "C");
        assertThat(explain.run(List.of("explain", "--depth", "1"))).isZero();
        assertThat(explain.printed()).contains("dX += dY·Wᵀ", "Σ_rows").doesNotContain("?", "\uFFFD");
        assertThat(explain.run(List.of("explain", "--depth", "x×y"))).isEqualTo(2);
    }

    @Test
    void advisesALocaleIfAFileNameCannotBeDecoded() throws IOException, InterruptedException {
        assumeThat(System.getProperty("sun.jnu.encoding")).as("can pass the name at all").isEqualTo("UTF-8");
        Program predict = program().environment("LC_ALL", "C");
        assertThat(predict.run(List.of("predict", "--model", MODEL, picture("with space ü.png")))).isEqualTo(2);
        assertThat(predict.printed()).contains("set LC_ALL=C.UTF-8").hasLineCount(1);
    }

    /** The display of a closed terminal, or of ssh -X. */
    @ParameterizedTest
    @ValueSource(strings = {":99", "localhost:10.0"})
    void readsPicturesWithoutADisplay(String display) throws IOException, InterruptedException {
        Program predict = program().environment("DISPLAY", display);
        int status = predict.run(List.of("predict", "--model", MODEL, "--backend", "ejml", picture("clear.png")));
        assertThat(status).as(predict.printed()).isZero();
    }

    @Test
    void drawsWithoutSystemFonts() throws IOException, InterruptedException {
        Path none = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig></fontconfig>");
        Program activations = program().environment("FONTCONFIG_FILE", none.toString());
        assertThat(activate(activations, "bare")).as(activations.printed()).isZero();
        assertThat(activations.printed()).doesNotContain("figures");
        Program usual = program();
        assertThat(activate(usual, "usual")).isZero();
        try (Stream<Path> files = Files.list(folder.resolve("usual"))) {
            List<Path> pictures = files.filter(file -> file.toString().endsWith(".png")).toList();
            assertThat(pictures).isNotEmpty();
            for (Path picture : pictures) {
                assertThat(folder.resolve("bare").resolve(picture.getFileName())).hasSameBinaryContentAs(picture);
            }
        }
    }

    /** Java copies the font to the temporary folder before it draws. */
    @Test
    void writesAReportWithoutFiguresIfJavaCannotDraw() throws InterruptedException {
        Program activations = program("-Djava.io.tmpdir=/nonexistent");
        assertThat(activate(activations, "out")).isZero();
        assertThat(activations.printed()).contains("the report has no figures: ", "-Djava.io.tmpdir=");
        assertThat(folder.resolve("out/report.html")).content().contains("Not drawn: ", "<table").endsWith("</html>\n");
        assertThat(folder.resolve("out/results.json")).isNotEmptyFile();
        Program doctor = program("-Djava.io.tmpdir=/nonexistent");
        doctor.run(List.of("doctor", "--backend", "ejml", "--only", "relu"));
        assertThat(doctor.printed()).containsPattern("figures +not here: ");
    }

    private int activate(Program program, String out) throws InterruptedException {
        return program.run(List.of("activations", "--activations", "relu", "--out", folder.resolve(out).toString()));
    }

    @Test
    void namesTheOptionsToReduceWhenOutOfMemory() throws InterruptedException {
        MnistSlice.write(folder.resolve("data"), 100, 10);
        String options = "--depths 3 --width 20000 --activations relu --backend ejml --data ";
        Program depth = program("-Xmx40m").errorsOnly();
        int status = depth.run(List.of(("depth " + options + folder.resolve("data") + " --out " + folder).split(" ")));
        assertThat(status).as(depth.printed()).isEqualTo(1);
        assertThat(depth.printed())
                .contains("./run depth: out of memory: the Java heap", "--width 20000 or --depths 3", "-Xmx")
                .hasLineCount(1);
    }

    @Test
    void endsWithOneLineIfAThreadRunsOutOfMemory() throws InterruptedException {
        Program helpless = program().main(Helpless.class);
        assertThat(helpless.run(List.of())).isEqualTo(1);
        assertThat(helpless.printed()).startsWith("helpless: out of memory: ").hasLineCount(1);
    }

    /** Waits for a thread that has died. */
    static final class Helpless {
        private Helpless() {}

        public static void main(String[] args) throws InterruptedException {
            Startup.prepare("helpless", 1);
            Thread.ofPlatform()
                    .start(
                            () -> {
                                throw new OutOfMemoryError("Java heap space");
                            });
            Thread.sleep(60_000);
            System.exit(0);
        }
    }
}
