package chainrule.io;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes {@link Safetensors} files: the tensors in the order of addition, without gaps. */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    /** The largest array size that every JVM supports. */
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private final JsonObject metadata = new JsonObject();
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(int[] shape, double[] values, boolean float64) {
        long bytes() {
            return (long) values.length * (float64 ? Double.BYTES : Float.BYTES);
        }
    }

    /** Adds a string to the metadata. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.addProperty(key, value);
        return this;
    }

    /** Adds a tensor as F64, or rounded to F32. */
    public SafetensorsWriter add(String name, int[] shape, double[] values, boolean float64) {
        entries.put(name, new Entry(shape.clone(), values.clone(), float64));
        return this;
    }

    /**
     * Returns the content of the file.
     *
     * @throws FormatException if it exceeds the size of an array
     */
    public byte[] bytes() {
        JsonObject header = new JsonObject();
        header.add("__metadata__", metadata);
        long end = 0;
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            Entry e = entry.getValue();
            JsonObject tensor = new JsonObject();
            tensor.addProperty("dtype", e.float64 ? "F64" : "F32");
            JsonArray shape = new JsonArray();
            for (int size : e.shape) {
                shape.add(size);
            }
            tensor.add("shape", shape);
            JsonArray offsets = new JsonArray();
            offsets.add(end);
            end += e.bytes();
            offsets.add(end);
            tensor.add("data_offsets", offsets);
            header.add(entry.getKey(), tensor);
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT; // aligns the values in a mapped file
        ByteBuffer file = ByteBuffer.allocate(size(8L + padded + end)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(padded).put(json);
        while (file.position() < 8 + padded) {
            file.put((byte) ' ');
        }
        for (Entry e : entries.values()) {
            for (double value : e.values) {
                if (e.float64) {
                    file.putDouble(value);
                } else {
                    file.putFloat((float) value);
                }
            }
        }
        return file.array();
    }

    static int size(long bytes) {
        if (bytes > MOST_BYTES) {
            throw new FormatException(
                    String.format(
                            Locale.ROOT,
                            "the tensors need a file of %,d bytes, the limit is %,d: use fewer or smaller layers",
                            bytes,
                            MOST_BYTES));
        }
        return (int) bytes;
    }

    /**
     * Writes the file atomically, see {@link DurableFile}.
     *
     * @throws UncheckedIOException if writing fails; no partial file is left behind, and the message is one line that
     *     names the file
     */
    public void write(Path file) {
        try {
            DurableFile.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + DurableFile.reason(e), e);
        }
    }
}
