package chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

class HtmlWriterTest {
    private static final String EVIL = "<script>alert('x')</script>&\"";

    @Test
    void escapesEverything() {
        String html =
                HtmlWriter.html(
                        Report.titled(EVIL)
                                .lead(EVIL)
                                .fact(EVIL, EVIL)
                                .section(
                                        Section.titled(EVIL)
                                                .prose(EVIL + "`" + EVIL + "`")
                                                .note(EVIL)
                                                .raw(EVIL, EVIL)
                                                .table(
                                                        Table.titled(EVIL)
                                                                .columns(EVIL)
                                                                .referenceName(EVIL)
                                                                .row(Cell.of(EVIL).withReference(EVIL))
                                                                .note(EVIL)
                                                                .build())
                                                .figures(
                                                        LineChart.named("a", EVIL)
                                                                .caption(EVIL)
                                                                .x(EVIL)
                                                                .y(EVIL)
                                                                .line(EVIL, Hue.BLUE, 1, 2)
                                                                .build())
                                                .figures(
                                                        PictureGrid.flowing(
                                                                "b",
                                                                EVIL,
                                                                EVIL,
                                                                List.of(Picture.gray(1, 1, new float[1], EVIL)))))
                                .build());
        assertThat(html).doesNotContainIgnoringCase("<script").contains("&lt;script&gt;");
    }

    @Test
    void pageLoadsNoExternalResources() {
        String html = HtmlWriter.html(DemoReport.report());
        assertThat(html).doesNotContain("<link", "<script", "<iframe", "@import");
        assertThat(Pattern.compile("(?:src|href)=\"(?!data:|#)").matcher(html).results()).isEmpty();
        assertThat(Pattern.compile("url\\((?!data:|#)").matcher(html).results()).isEmpty();
    }

    @Test
    void idsAreUniqueAndReferencesResolve() {
        String html = HtmlWriter.html(DemoReport.report());
        List<String> ids = found(html, " id=\"([^\"]+)\"");
        assertThat(ids).doesNotHaveDuplicates().contains("section-1", "figure-confusion");
        assertThat(ids).containsAll(found(html, "href=\"#([^\"]+)\"")).containsAll(found(html, "url\\(#([^)]+)\\)"));
    }

    @Test
    void usesOnlyThemeColors() {
        String html = HtmlWriter.html(DemoReport.report());
        assertThat(html).doesNotContain("rgb(").contains("var(--c-blue)", "var(--c-ramp8)");
    }

    @Test
    void rendersTheSamePageAndFiguresTwice() {
        assertThat(HtmlWriter.html(DemoReport.report())).isEqualTo(HtmlWriter.html(DemoReport.report()));
        List<byte[]> first = DemoReport.report().figures().stream().map(f -> f.png()).toList();
        List<byte[]> second = DemoReport.report().figures().stream().map(f -> f.png()).toList();
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i)).isEqualTo(second.get(i));
        }
    }

    @Test
    void showsContentsFromFiveSections() {
        Report.Builder report = Report.titled("T");
        for (int i = 0; i < 4; i++) {
            report.section(Section.titled("S" + i));
        }
        assertThat(HtmlWriter.html(report.build())).doesNotContain("<nav");
        assertThat(HtmlWriter.html(report.section(Section.titled("S4")).build())).contains("<nav", "#section-5");
    }

    @Test
    void composingAReportLoadsNoGraphics() throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xlog:class+load",
                                "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(Composing.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String loaded = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(loaded).isZero();
        assertThat(loaded)
                .contains("chainrule.experiments.report.figure.HeatMap")
                .doesNotContain(" java.awt.", " org.jfree.", " freemarker.", " org.apache.batik.");
    }

    /** Composes a report in a separate process. */
    static final class Composing {
        private Composing() {}

        public static void main(String[] args) {
            OutputDirectory.open(Path.of(System.getProperty("java.io.tmpdir")));
            DemoReport.report();
        }
    }

    private static List<String> found(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1)).toList();
    }
}
