package chainrule.io;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: 8 bytes little-endian header length, a JSON header that gives every tensor's type, shape and
 * place, then the raw little-endian numbers. Reading checks that every tensor lies within the file, has as many bytes as
 * its shape needs and overlaps no other, before anything is allocated for it.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors</a>
 */
public final class Safetensors {
    private static final long LARGEST_HEADER = 100_000_000;

    private final Map<String, String> metadata;
    private final Map<String, Entry> entries;

    private Safetensors(Map<String, String> metadata, Map<String, Entry> entries) {
        this.metadata = metadata;
        this.entries = entries;
    }

    /** One tensor as it lies in the file. */
    private record Entry(Type type, int[] shape, ByteBuffer bytes) {}

    /** The number formats that are read. */
    private enum Type {
        F32(4),
        F64(8),
        I32(4);

        final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /** @throws FormatException if it is not an intact safetensors file; the message names the file and what is wrong */
    public static Safetensors read(Path file) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new FormatException(file + " cannot be read: no such file", e);
        } catch (OutOfMemoryError e) {
            throw new FormatException(file + " cannot be read: it does not fit into memory", e);
        } catch (IOException e) {
            throw new FormatException(file + " cannot be read: " + e.getMessage(), e);
        }
        return parse(file.toString(), content);
    }

    /** Reads from memory; the name is for messages. */
    public static Safetensors parse(String name, byte[] content) {
        if (content.length < 8) {
            throw new FormatException(name + " is not a safetensors file: only " + content.length + " bytes long");
        }
        ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        long length = file.getLong(0);
        if (length < 2 || length > LARGEST_HEADER || length > content.length - 8) {
            throw new FormatException(
                    name
                            + " is not an intact safetensors file: its header claims "
                            + length
                            + " bytes, the file has "
                            + (content.length - 8)
                            + " after the length");
        }
        int body = 8 + (int) length;
        try {
            JsonObject header =
                    StrictJson.object(StrictJson.parse(new String(content, 8, (int) length, StandardCharsets.UTF_8)));
            Map<String, String> metadata = new LinkedHashMap<>();
            Map<String, Entry> entries = new LinkedHashMap<>();
            for (Map.Entry<String, JsonElement> field : header.entrySet()) {
                if (field.getKey().equals("__metadata__")) {
                    StrictJson.object(field.getValue())
                            .asMap()
                            .forEach((key, value) -> metadata.put(key, StrictJson.string(value)));
                } else {
                    entries.put(
                            field.getKey(),
                            entry("tensor '" + field.getKey() + "'", StrictJson.object(field.getValue()), file, body));
                }
            }
            requireNoOverlap(entries);
            return new Safetensors(metadata, entries);
        } catch (FormatException e) {
            throw new FormatException(name + " is not an intact safetensors file: " + e.getMessage(), e);
        }
    }

    private static Entry entry(String what, JsonObject header, ByteBuffer file, int body) {
        for (String key : List.of("dtype", "shape", "data_offsets")) {
            if (!header.has(key)) {
                throw new FormatException(what + " has no " + key);
            }
        }
        String dtype = StrictJson.string(header.get("dtype"));
        Type type =
                Arrays.stream(Type.values())
                        .filter(t -> t.name().equals(dtype))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new FormatException(
                                                what
                                                        + " has type "
                                                        + dtype
                                                        + ", expected one of "
                                                        + Arrays.toString(Type.values())));
        int[] shape = StrictJson.sizes(header.get("shape"));
        long elements = 1;
        for (int size : shape) {
            elements *= size;
            if (elements > file.capacity()) {
                throw new FormatException(what + " has shape " + header.get("shape") + ", more than the file can hold");
            }
        }
        List<JsonElement> offsets = StrictJson.array(header.get("data_offsets")).asList();
        long from = offsets.size() == 2 ? StrictJson.whole(offsets.get(0), Long.MAX_VALUE) : -1;
        long to = offsets.size() == 2 ? StrictJson.whole(offsets.get(1), Long.MAX_VALUE) : -1;
        if (from < 0 || to < from || to > file.capacity() - body) {
            throw new FormatException(
                    what
                            + " lies at "
                            + offsets
                            + ", outside the "
                            + (file.capacity() - body)
                            + " bytes of data; the file may be cut short");
        }
        if (to - from != elements * type.bytes) {
            throw new FormatException(
                    what
                            + " of shape "
                            + header.get("shape")
                            + " and type "
                            + dtype
                            + " needs "
                            + elements * type.bytes
                            + " bytes, has "
                            + (to - from));
        }
        return new Entry(type, shape, file.slice(body + (int) from, (int) (to - from)).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static void requireNoOverlap(Map<String, Entry> entries) {
        List<Entry> byPlace = new ArrayList<>(entries.values());
        byPlace.removeIf(e -> e.bytes.capacity() == 0);
        byPlace.sort(Comparator.comparingInt(e -> e.bytes.arrayOffset()));
        for (int i = 1; i < byPlace.size(); i++) {
            ByteBuffer before = byPlace.get(i - 1).bytes;
            if (before.arrayOffset() + before.capacity() > byPlace.get(i).bytes.arrayOffset()) {
                throw new FormatException("two tensors overlap");
            }
        }
    }

    /** The strings stored beside the tensors. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** One string stored beside the tensors. @throws FormatException if there is none of that name */
    public String metadata(String key) {
        if (!metadata.containsKey(key)) {
            throw new FormatException("no '" + key + "' in the metadata; there are " + metadata.keySet());
        }
        return metadata.get(key);
    }

    /** The tensors' names, in the order of the header. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** Whether there is a tensor of that name. */
    public boolean has(String name) {
        return entries.containsKey(name);
    }

    /** The sizes of a tensor; none for a single number. */
    public int[] shape(String name) {
        return find(name).shape.clone();
    }

    /** The numbers of a tensor, exactly. */
    public double[] values(String name) {
        Entry e = find(name);
        double[] values = new double[e.bytes.capacity() / e.type.bytes];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    switch (e.type) {
                        case F32 -> e.bytes.getFloat(4 * i);
                        case F64 -> e.bytes.getDouble(8 * i);
                        case I32 -> e.bytes.getInt(4 * i);
                    };
        }
        return values;
    }

    private Entry find(String name) {
        Entry e = entries.get(name);
        if (e == null) {
            throw new FormatException("no tensor '" + name + "'; there are " + entries.keySet());
        }
        return e;
    }
}
