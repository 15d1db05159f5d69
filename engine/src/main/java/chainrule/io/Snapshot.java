package chainrule.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What something remembers at one moment, by name: words, numbers and tensors; and the safetensors file that keeps it,
 * with a checksum over all of it. Whatever goes in comes out to the bit, NaN and infinities included; of a float32
 * tensor, what fits in float32.
 *
 * <p>{@link #part} gives a view on the names under a prefix, so that every owner can use short names of its own.
 */
public final class Snapshot {
    private final String prefix;
    private final SequencedMap<String, String> words;
    private final SequencedMap<String, Numbers> tensors;

    private record Numbers(int[] shape, double[] values, boolean float64) {}

    /** An empty one. */
    public Snapshot() {
        this("", new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private Snapshot(String prefix, SequencedMap<String, String> words, SequencedMap<String, Numbers> tensors) {
        this.prefix = prefix;
        this.words = words;
        this.tensors = tensors;
    }

    /** A view on what lies under "name.", to read and to write. */
    public Snapshot part(String name) {
        return new Snapshot(prefix + name + ".", words, tensors);
    }

    /** Stores a text. */
    public Snapshot put(String name, String text) {
        words.put(prefix + name, text);
        return this;
    }

    /** Stores a number, in as many digits as bring the same number back. */
    public Snapshot put(String name, double number) {
        return put(name, Double.toString(number));
    }

    /** Stores a whole number. */
    public Snapshot put(String name, long number) {
        return put(name, Long.toString(number));
    }

    /** Stores a tensor, as float64 or as float32. */
    public Snapshot put(String name, int[] shape, double[] values, boolean float64) {
        tensors.put(prefix + name, new Numbers(shape, values, float64));
        return this;
    }

    /** The names of the texts and numbers of this part. */
    public List<String> names() {
        return words.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    /** Whether there is a text, a number or a tensor of that name. */
    public boolean has(String name) {
        return words.containsKey(prefix + name) || tensors.containsKey(prefix + name);
    }

    /** A text. @throws FormatException if there is none of that name; so for numbers and tensors */
    public String text(String name) {
        String text = words.get(prefix + name);
        if (text == null) {
            throw new FormatException("it lacks '" + prefix + name + "'");
        }
        return text;
    }

    /** A number. */
    public double number(String name) {
        try {
            return Double.parseDouble(text(name));
        } catch (NumberFormatException e) {
            throw new FormatException("'" + prefix + name + "' is '" + text(name) + "', expected a number", e);
        }
    }

    /** A whole number from 0 to {@code most}. */
    public long whole(String name, long most) {
        String text = text(name);
        long number = text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
        if (number < 0 || number > most) {
            throw new FormatException(
                    "'" + prefix + name + "' is '" + text + "', expected a whole number from 0 to " + most);
        }
        return number;
    }

    /** A tensor's numbers, whatever its shape. */
    public double[] values(String name) {
        Numbers numbers = tensors.get(prefix + name);
        if (numbers == null) {
            throw new FormatException("it lacks the tensor '" + prefix + name + "'");
        }
        return numbers.values;
    }

    /** The numbers of a tensor that must have so many. */
    public double[] values(String name, int count) {
        double[] values = values(name);
        if (values.length != count) {
            throw new FormatException(
                    "the tensor '" + prefix + name + "' has " + values.length + " numbers, expected " + count);
        }
        return values;
    }

    /**
     * Writes the file: it appears only when it is whole and has reached the disk.
     *
     * @throws UncheckedIOException if that fails; nothing is left behind, and the message is one line that names the file
     */
    public void write(Path file) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata(Checksum.KEY, Checksum.BLANK);
        words.forEach(writer::metadata);
        tensors.forEach((name, numbers) -> writer.add(name, numbers.shape, numbers.values, numbers.float64));
        byte[] content = writer.bytes();
        Checksum.seal(content);
        try {
            DurableFile.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + DurableFile.reason(e), e);
        }
    }

    /** @throws FormatException if the file cannot be read or is not what {@link #write} wrote, to the last bit */
    public static Snapshot read(Path file) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException | OutOfMemoryError e) {
            throw new FormatException(file + " cannot be read: " + e.getMessage(), e);
        }
        return parse(file.toString(), content);
    }

    /** Reads from memory; the name is for messages. */
    public static Snapshot parse(String name, byte[] content) {
        try {
            Checksum.check(content);
        } catch (FormatException e) {
            throw new FormatException(name + " is damaged: " + e.getMessage(), e);
        }
        Safetensors file = Safetensors.parse(name, content);
        Snapshot snapshot = new Snapshot();
        file.metadata().forEach(snapshot::put);
        snapshot.words.remove(Checksum.KEY);
        for (String tensor : file.names()) {
            snapshot.put(tensor, file.shape(tensor), file.values(tensor), true);
        }
        return snapshot;
    }
}
