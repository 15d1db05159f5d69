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

/** Renders the page from its template {@code report.ftlh}, which escapes all values. */
final class HtmlWriter {
    /** The number of sections from which a page has a table of contents. */
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

    /** The page. If Java cannot draw, it shows the reason in place of each figure. */
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
