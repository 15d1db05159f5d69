package chainrule.io;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the safetensors format: a header length of 8 bytes, little-endian; a JSON header with the type, shape and
 * position of every tensor; the raw little-endian values. Before it allocates memory for tensors, the reader checks
 * that every tensor is within the file and has as many bytes as its shape needs, and that every byte belongs to exactly
 * one tensor.
 *
 * <p>The file may contain tensors of all types that the format defines. {@link #values} converts floating-point values
 * of 16 to 64 bits, integers and booleans, but no other types.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors</a>
 */
public final class Safetensors {
    private static final long LARGEST_HEADER = 100_000_000;

    /** The beginning of the placeholder that a checkout without Git LFS contains instead of a large file. */
    private static final byte[] LFS_POINTER =
            "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

    private final String file;
    private final Map<String, String> metadata;
    private final Map<String, Entry> entries;

    private Safetensors(String file, Map<String, String> metadata, Map<String, Entry> entries) {
        this.file = file;
        this.metadata = metadata;
        this.entries = entries;
    }

    /** A tensor as stored in the file. */
    private record Entry(Type type, int[] shape, long count, ByteBuffer bytes) {}

    /** All types of the format with their sizes in bits. */
    private enum Type {
        BOOL(8),
        F4(4),
        F6_E2M3(6),
        F6_E3M2(6),
        U8(8),
        I8(8),
        F8_E5M2(8),
        F8_E4M3(8),
        F8_E8M0(8),
        F8_E4M3FNUZ(8),
        F8_E5M2FNUZ(8),
        I16(16),
        U16(16),
        F16(16),
        BF16(16),
        I32(32),
        U32(32),
        F32(32),
        C64(64),
        F64(64),
        I64(64),
        U64(64);

        /** The types that {@link #values} converts. */
        static final Set<Type> CONVERTED = EnumSet.of(BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64);

        static final Set<Type> INTEGRAL = EnumSet.of(BOOL, U8, I8, I16, U16, I32, U32, I64, U64);

        final int bits;

        Type(int bits) {
            this.bits = bits;
        }

        /**
         * Returns the i-th value as float64: exact, except for integers beyond 2⁵³, which are rounded to the nearest.
         */
        double value(ByteBuffer bytes, int i) {
            return switch (this) {
                case BOOL -> bytes.get(i) == 0 ? 0 : 1;
                case U8 -> Byte.toUnsignedInt(bytes.get(i));
                case I8 -> bytes.get(i);
                case I16 -> bytes.getShort(2 * i);
                case U16 -> Short.toUnsignedInt(bytes.getShort(2 * i));
                case F16 -> Float.float16ToFloat(bytes.getShort(2 * i));
                case BF16 -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
                case I32 -> bytes.getInt(4 * i);
                case U32 -> Integer.toUnsignedLong(bytes.getInt(4 * i));
                case F32 -> bytes.getFloat(4 * i);
                case F64 -> bytes.getDouble(8 * i);
                case I64 -> bytes.getLong(8 * i);
                case U64 -> unsigned(bytes.getLong(8 * i));
                case F4, F6_E2M3, F6_E3M2, F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ, C64 ->
                        throw new IllegalStateException(this + " is not among " + CONVERTED);
            };
        }

        /** Halves large values to make them positive; the last bit is kept because rounding depends on it. */
        private static double unsigned(long bits) {
            return bits >= 0 ? bits : 2.0 * (bits >>> 1 | bits & 1);
        }
    }

    /** @throws FormatException if it is not a valid safetensors file; the message names the file and the problem */
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

    /** Reads from memory; the name appears in messages. */
    public static Safetensors parse(String name, byte[] content) {
        if (content.length < 8) {
            throw new FormatException(name + " is not a safetensors file: only " + content.length + " bytes long");
        }
        if (Arrays.mismatch(content, LFS_POINTER) == LFS_POINTER.length) {
            throw new FormatException(name + " is a Git LFS pointer, not the model: run git lfs pull");
        }
        ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        long length = file.getLong(0);
        if (length < 2 || length > LARGEST_HEADER || length > content.length - 8) {
            throw new FormatException(
                    name
                            + " is not a valid safetensors file: the declared header length is "
                            + length
                            + " bytes, the file has "
                            + (content.length - 8)
                            + " after the length");
        }
        int body = 8 + (int) length;
        try {
            JsonObject header = StrictJson.object(StrictJson.parse(text(file.slice(8, (int) length))));
            Map<String, String> metadata = new LinkedHashMap<>();
            Map<String, Entry> entries = new LinkedHashMap<>();
            for (Map.Entry<String, JsonElement> field : header.entrySet()) {
                if (field.getKey().equals("__metadata__")) {
                    if (!field.getValue().isJsonNull()) { // null means no metadata
                        StrictJson.object(field.getValue())
                                .asMap()
                                .forEach((key, value) -> metadata.put(key, StrictJson.string(value)));
                    }
                } else {
                    entries.put(
                            field.getKey(),
                            entry("tensor '" + field.getKey() + "'", StrictJson.object(field.getValue()), file, body));
                }
            }
            requireCovered(entries, body, content.length);
            return new Safetensors(name, metadata, entries);
        } catch (FormatException e) {
            throw new FormatException(name + " is not a valid safetensors file: " + e.getMessage(), e);
        }
    }

    /** Returns the header's text; rejects a byte-order mark, which a JSON reader would skip. */
    private static String text(ByteBuffer bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new FormatException("its header is not UTF-8", e);
        }
        if (text.startsWith("\uFEFF")) {
            throw new FormatException("its header begins with a byte-order mark");
        }
        return text;
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
            if (elements > 2L * file.capacity()) { // the smallest type has half a byte
                throw new FormatException(what + " has shape " + header.get("shape") + ", too large for the file");
            }
        }
        List<JsonElement> offsets = StrictJson.array(header.get("data_offsets")).asList();
        long from = offsets.size() == 2 ? StrictJson.integer(offsets.get(0), Long.MAX_VALUE) : -1;
        long to = offsets.size() == 2 ? StrictJson.integer(offsets.get(1), Long.MAX_VALUE) : -1;
        if (from < 0 || to < from || to > file.capacity() - body) {
            throw new FormatException(
                    what
                            + " is at "
                            + offsets
                            + ", outside the "
                            + (file.capacity() - body)
                            + " bytes of data; the file may be truncated");
        }
        if (8 * (to - from) != elements * type.bits) {
            throw new FormatException(
                    what
                            + " of shape "
                            + header.get("shape")
                            + " and type "
                            + dtype
                            + " needs "
                            + Math.ceilDiv(elements * type.bits, 8)
                            + " bytes, has "
                            + (to - from));
        }
        return new Entry(
                type, shape, elements, file.slice(body + (int) from, (int) (to - from)).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Checks that every byte after the header belongs to exactly one tensor. */
    private static void requireCovered(Map<String, Entry> entries, int body, int end) {
        List<Entry> byPlace = new ArrayList<>(entries.values());
        byPlace.sort(
                Comparator.comparingInt((Entry e) -> e.bytes.arrayOffset()).thenComparingInt(e -> e.bytes.capacity()));
        int covered = body;
        for (Entry entry : byPlace) {
            int from = entry.bytes.arrayOffset();
            if (from < covered) {
                throw new FormatException("two tensors overlap");
            }
            requireNoHole(covered, from, body);
            covered = from + entry.bytes.capacity();
        }
        requireNoHole(covered, end, body);
    }

    private static void requireNoHole(int covered, int next, int body) {
        if (next > covered) {
            throw new FormatException(
                    String.format(
                            Locale.ROOT,
                            "the %d bytes of data from %d on belong to no tensor",
                            next - covered,
                            covered - body));
        }
    }

    /** Returns the metadata: strings by name. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Returns one string of the metadata. @throws FormatException if there is none of that name */
    public String metadata(String key) {
        if (!metadata.containsKey(key)) {
            throw new FormatException("no '" + key + "' in the metadata; there are " + metadata.keySet());
        }
        return metadata.get(key);
    }

    /** Returns the tensors' names, in the order of the header. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** Returns true if there is a tensor of that name. */
    public boolean has(String name) {
        return entries.containsKey(name);
    }

    /** Returns the sizes of a tensor; empty for a scalar. */
    public int[] shape(String name) {
        return find(name).shape.clone();
    }

    /** Returns the number of elements of a tensor. */
    long count(String name) {
        return find(name).count;
    }

    /** Returns true if the tensor's type is an integer type or boolean, as for counters. */
    boolean integral(String name) {
        return Type.INTEGRAL.contains(find(name).type);
    }

    /**
     * Returns the values of a tensor: exact, except for integers beyond 2⁵³, which are rounded to the nearest float64.
     *
     * @throws FormatException if the tensor's type cannot be converted, such as 8-bit floating point
     */
    public double[] values(String name) {
        Entry e = find(name);
        if (!Type.CONVERTED.contains(e.type)) {
            throw new FormatException(
                    String.format(
                            Locale.ROOT,
                            "%s: tensor '%s' has the unsupported type %s, expected one of %s",
                            file,
                            name,
                            e.type,
                            Type.CONVERTED));
        }
        double[] values = new double[(int) e.count];
        for (int i = 0; i < values.length; i++) {
            values[i] = e.type.value(e.bytes, i);
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
