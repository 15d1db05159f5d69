package chainrule.experiments.resume;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files in a study's output directory, without the command line and the times. */
public final class Outcome {
    /** Fields about the run, not about its results; {@code input} is the time spent waiting for data. */
    private static final Set<String> OF_THE_RUN =
            Set.of(
                    "command",
                    "backend",
                    "threads",
                    "input",
                    "elapsedSeconds",
                    "trainingSeconds",
                    "seconds",
                    "imagesPerSecond");

    /** The same in a report: facts in its header, and table cells with a time. */
    private static final Pattern RUN_IN_HTML =
            Pattern.compile(
                    "<div[^>]*><dt>(command|backend|threads|input|elapsed)</dt><dd>[^<]*</dd></div>\\s*"
                            + "|<td[^>]*>(\\d+\\h(h|min)\\h)?[\\d.]+\\h(min|s)</td>");

    private Outcome() {}

    /** Every file with its content: text without these fields, other files byte by byte. */
    public static SortedMap<String, String> of(Path out) {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> listed = Files.walk(out)) {
            for (Path file : listed.filter(Files::isRegularFile).toList()) {
                files.put(out.relativize(file).toString(), content(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static String content(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.UTF_8);
        return switch (file.getFileName().toString()) {
            case "results.json" -> ofTheNets(JsonParser.parseString(text)).toString();
            case "report.html" -> RUN_IN_HTML.matcher(text).replaceAll("");
            default -> HexFormat.of().formatHex(bytes);
        };
    }

    private static JsonElement ofTheNets(JsonElement element) {
        switch (element) {
            case JsonObject object -> {
                JsonObject kept = new JsonObject();
                for (Map.Entry<String, JsonElement> field : object.entrySet()) {
                    if (!OF_THE_RUN.contains(field.getKey())) {
                        kept.add(field.getKey(), ofTheNets(field.getValue()));
                    }
                }
                return kept;
            }
            case JsonArray array -> {
                JsonArray kept = new JsonArray();
                array.forEach(item -> kept.add(ofTheNets(item)));
                return kept;
            }
            default -> {
                return element;
            }
        }
    }
}
