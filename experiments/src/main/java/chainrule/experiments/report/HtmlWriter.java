package chainrule.experiments.report;

import chainrule.experiments.report.figure.Drawing;
import chainrule.experiments.report.figure.Palette;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Fills the page's template, {@code report.ftlh}, which escapes whatever it is given. */
final class HtmlWriter {
    /** A table of contents pays from this many sections on. */
    private static final int CONTENTS_FROM = 5;

    private static final Configuration TEMPLATES = templates();

    private HtmlWriter() {}

    private static Configuration templates() {
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setClassForTemplateLoading(HtmlWriter.class, "");
        configuration.setDefaultEncoding("UTF-8");
        configuration.setLocale(Locale.ROOT);
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        configuration.setFallbackOnNullLoopVariable(false);
        return configuration;
    }

    /** The page; where Java cannot draw, each figure's place says why. */
    static String html(Report report) {
        String notDrawn = report.figures().isEmpty() ? "" : Drawing.unavailableReason().orElse("");
        StringWriter out = new StringWriter();
        try (InputStream style = HtmlWriter.class.getResourceAsStream("report.css")) {
            Map<String, Object> model =
                    Map.of(
                            "report",
                            report,
                            "notDrawn",
                            notDrawn,
                            "contents",
                            report.sections().size() >= CONTENTS_FROM,
                            "style",
                            new String(style.readAllBytes(), StandardCharsets.UTF_8),
                            "fonts",
                            report.figures().isEmpty() || !notDrawn.isEmpty() ? "" : Palette.fontFaces(),
                            "light",
                            Palette.css(false),
                            "dark",
                            Palette.css(true));
            TEMPLATES.getTemplate("report.ftlh").process(model, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TemplateException e) {
            throw new IllegalStateException("the report's template failed: " + e.getMessage(), e);
        }
        return out.toString();
    }
}
