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
import java.util.stream.Stream;

/** What a study has left in its output directory, file by file; but for what it took, how long it waited for input and what was typed. */
final class Outcome {
    private static final Set<String> TIMES =
            Set.of("command", "input", "elapsedSeconds", "trainingSeconds", "seconds", "imagesPerSecond");

    private Outcome() {}

    /** Every file with its content: text without the times, other files to the byte. */
    static SortedMap<String, String> of(Path out) {
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
            case "results.json" -> withoutTimes(JsonParser.parseString(text)).toString();
            case "report.html" ->
                    text.replaceAll("<div[^>]*><dt>(command|input|elapsed)</dt><dd>[^<]*</dd></div>\\s*", "");
            default -> HexFormat.of().formatHex(bytes);
        };
    }

    private static JsonElement withoutTimes(JsonElement element) {
        switch (element) {
            case JsonObject object -> {
                JsonObject kept = new JsonObject();
                for (Map.Entry<String, JsonElement> field : object.entrySet()) {
                    if (!TIMES.contains(field.getKey())) {
                        kept.add(field.getKey(), withoutTimes(field.getValue()));
                    }
                }
                return kept;
            }
            case JsonArray array -> {
                JsonArray kept = new JsonArray();
                array.forEach(item -> kept.add(withoutTimes(item)));
                return kept;
            }
            default -> {
                return element;
            }
        }
    }
}
