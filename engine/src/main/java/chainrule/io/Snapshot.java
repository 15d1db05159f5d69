package chainrule.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Named texts, numbers and tensors that record the state of an object, and the safetensors file that stores them with a
 * checksum. Reading restores every value to the bit, including NaN and infinities; float32 tensors are rounded to
 * float32.
 *
 * <p>{@link #part} returns a view of the names with a common prefix, so that every owner can use short names.
 */
public final class Snapshot {
    private final String prefix;
    private final SequencedMap<String, String> texts;
    private final SequencedMap<String, Values> tensors;

    private record Values(int[] shape, double[] values, boolean float64) {}

    /** Creates an empty snapshot. */
    public Snapshot() {
        this("", new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private Snapshot(String prefix, SequencedMap<String, String> texts, SequencedMap<String, Values> tensors) {
        this.prefix = prefix;
        this.texts = texts;
        this.tensors = tensors;
    }

    /** Returns a view of all entries with the prefix "name.", to read and to write. */
    public Snapshot part(String name) {
        return new Snapshot(prefix + name + ".", texts, tensors);
    }

    /** Stores a text. */
    public Snapshot put(String name, String text) {
        texts.put(prefix + name, text);
        return this;
    }

    /** Stores a number, with enough digits to restore the same number. */
    public Snapshot put(String name, double number) {
        return put(name, Double.toString(number));
    }

    /** Stores an integer. */
    public Snapshot put(String name, long number) {
        return put(name, Long.toString(number));
    }

    /** Stores a tensor, as float64 or as float32. */
    public Snapshot put(String name, int[] shape, double[] values, boolean float64) {
        tensors.put(prefix + name, new Values(shape, values, float64));
        return this;
    }

    /** Returns the names of the texts and numbers of this part. */
    public List<String> names() {
        return texts.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    /** Returns true if there is a text, a number or a tensor of that name. */
    public boolean has(String name) {
        return texts.containsKey(prefix + name) || tensors.containsKey(prefix + name);
    }

    /** Returns a text. @throws FormatException if it is missing, as the other getters do */
    public String text(String name) {
        String text = texts.get(prefix + name);
        if (text == null) {
            throw new FormatException("'" + prefix + name + "' is missing");
        }
        return text;
    }

    /** Returns a number. */
    public double number(String name) {
        try {
            return Double.parseDouble(text(name));
        } catch (NumberFormatException e) {
            throw new FormatException("'" + prefix + name + "' is '" + text(name) + "', expected a number", e);
        }
    }

    /** Returns an integer from 0 to {@code most}. */
    public long integer(String name, long most) {
        String text = text(name);
        long number = text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
        if (number < 0 || number > most) {
            throw new FormatException(
                    "'" + prefix + name + "' is '" + text + "', expected an integer from 0 to " + most);
        }
        return number;
    }

    /** Returns the values of a tensor of any shape. */
    public double[] values(String name) {
        Values tensor = tensors.get(prefix + name);
        if (tensor == null) {
            throw new FormatException("the tensor '" + prefix + name + "' is missing");
        }
        return tensor.values;
    }

    /** Returns the values of a tensor that must have {@code count} elements. */
    public double[] values(String name, int count) {
        double[] values = values(name);
        if (values.length != count) {
            throw new FormatException(
                    "the tensor '" + prefix + name + "' has " + values.length + " elements, expected " + count);
        }
        return values;
    }

    /**
     * Writes the file atomically, see {@link DurableFile}.
     *
     * @throws UncheckedIOException if writing fails; no partial file is left behind, and the message is one line that
     *     names the file
     */
    public void write(Path file) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata(Checksum.KEY, Checksum.BLANK);
        texts.forEach(writer::metadata);
        tensors.forEach((name, tensor) -> writer.add(name, tensor.shape, tensor.values, tensor.float64));
        byte[] content = writer.bytes();
        Checksum.seal(content);
        try {
            DurableFile.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + DurableFile.reason(e), e);
        }
    }

    /** @throws FormatException if the file cannot be read or differs in any bit from what {@link #write} wrote */
    public static Snapshot read(Path file) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException | OutOfMemoryError e) {
            throw new FormatException(file + " cannot be read: " + e.getMessage(), e);
        }
        return parse(file.toString(), content);
    }

    /** Reads from memory; the name appears in messages. */
    public static Snapshot parse(String name, byte[] content) {
        try {
            Checksum.check(content);
        } catch (FormatException e) {
            throw new FormatException(name + " is damaged: " + e.getMessage(), e);
        }
        Safetensors file = Safetensors.parse(name, content);
        Snapshot snapshot = new Snapshot();
        file.metadata().forEach(snapshot::put);
        snapshot.texts.remove(Checksum.KEY);
        for (String tensor : file.names()) {
            snapshot.put(tensor, file.shape(tensor), file.values(tensor), true);
        }
        return snapshot;
    }
}
