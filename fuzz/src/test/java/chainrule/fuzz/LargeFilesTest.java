package chainrule.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The fuzzer's files are small. These are as large as valid files may be and have many small parts: a reader that
 * compares each part with all others would take minutes.
 */
class LargeFilesTest {
    private static final int MANY = 20_000;

    private static String many(int count, String separator, String part) {
        return IntStream.range(0, count)
                .mapToObj(i -> String.format(Locale.ROOT, part, i))
                .collect(Collectors.joining(separator));
    }

    private static String text(String target) {
        return switch (target) {
            case "safetensors-header" ->
                    "{"
                            + many(
                                    MANY,
                                    ",",
                                    "\"tensor %1$d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}")
                            + "}";
            case "bench-results" -> "{\"facts\":{" + many(MANY, ",", "\"fact %1$d\":%1$d") + "},\"measurements\":[]}";
            case "voc" ->
                    "<annotation><filename>a.png</filename>"
                            + many(
                                    MANY / 2,
                                    "",
                                    "<object><name>mask</name><bndbox><xmin>%1$d</xmin><ymin>0</ymin><xmax>99999</xmax>"
                                            + "<ymax>9</ymax></bndbox></object>")
                            + "</annotation>";
            case "zip-names" -> many(MANY / 4, "\n", "annotations/%1$d.xml");
            case "model" ->
                    "format=chainrule-model-1\ndataset=mnist\ninput_shape=[2]\nlayers=["
                            + many(MANY, ",", "{\"type\":\"scaling\",\"factor\":%1$d}")
                            + "]\nclass_names=[\"a\",\"b\"]\npreprocessing={\"mean\":[0,0],\"deviation\":[1,1]}\n";
            default -> throw new IllegalArgumentException(target);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"safetensors-header", "bench-results", "voc", "zip-names", "model"})
    void readsLargeFilesWithinTimeAndMemory(String target) throws InterruptedException {
        byte[] file = text(target).getBytes(StandardCharsets.UTF_8);
        assertThat(file.length).isGreaterThan(100_000);
        Harness.guard(Targets.named(target), file);
    }
}
