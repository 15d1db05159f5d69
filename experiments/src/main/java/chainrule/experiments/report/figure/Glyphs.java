package chainrule.experiments.report.figure;

import java.awt.Font;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Replaces characters that a font lacks. A page falls back to a system font, but a PNG file uses the bundled font
 * only, which would draw an empty box or nothing.
 */
final class Glyphs {
    /** Longer character sequences first. */
    private static final SequencedMap<String, String> SPELLINGS = new LinkedHashMap<>();

    static {
        SPELLINGS.put("⁻ˣ", "^(−x)");
        SPELLINGS.put("ˣ", "^x");
        SPELLINGS.put("ᵀ", "^T");
        SPELLINGS.put("⅔", "(2/3)");
        SPELLINGS.put("⅓", "(1/3)");
    }

    private Glyphs() {}

    /** The text with the missing characters spelled out. */
    static String spelled(Font font, String text) {
        String result = text;
        for (Map.Entry<String, String> sign : SPELLINGS.entrySet()) {
            if (result.contains(sign.getKey()) && font.canDisplayUpTo(sign.getKey()) >= 0) {
                result = result.replace(sign.getKey(), sign.getValue());
            }
        }
        return result;
    }

    /** Replaces the characters in every text of a chart, at any depth. */
    static Chart spelled(Font font, Chart chart) {
        return (Chart) spelledTree(font, chart);
    }

    private static Object spelledTree(Font font, Object value) {
        return switch (value) {
            case String text -> spelled(font, text);
            case List<?> items -> items.stream().map(item -> spelledTree(font, item)).toList();
            case String[] texts -> Arrays.stream(texts).map(text -> spelled(font, text)).toArray(String[]::new);
            case String[][] rows -> Arrays.stream(rows).map(row -> spelledTree(font, row)).toArray(String[][]::new);
            case Record record -> spelledRecord(font, record);
            default -> value;
        };
    }

    private static Record spelledRecord(Font font, Record record) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = spelledTree(font, components[i].getAccessor().invoke(record));
            }
            Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return record.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
