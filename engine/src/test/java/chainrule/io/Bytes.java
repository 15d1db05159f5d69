package chainrule.io;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Builds and damages safetensors files. */
final class Bytes {
    private Bytes() {}

    /** Returns a file: the header length, the header, the data. */
    static byte[] file(String header, byte[] data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }

    /** Returns the content of a recorded trace. */
    static byte[] trace(String name) {
        try (InputStream in = Bytes.class.getResourceAsStream("/traces/" + name + ".safetensors")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonObject header(byte[] file) {
        return JsonParser.parseString(new String(file, 8, headerLength(file), StandardCharsets.UTF_8))
                .getAsJsonObject();
    }

    private static int headerLength(byte[] file) {
        return (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    }

    /** Returns the same file with a changed header. */
    static byte[] withHeader(byte[] file, Consumer<JsonObject> change) {
        JsonObject header = header(file);
        change.accept(header);
        int data = 8 + headerLength(file);
        return file(header.toString(), java.util.Arrays.copyOfRange(file, data, file.length));
    }

    /** Returns the same file with one changed string in the metadata. */
    static byte[] withMetadata(byte[] file, String key, String value) {
        return withHeader(file, header -> header.getAsJsonObject("__metadata__").addProperty(key, value));
    }

    /** Returns the same file with the sign of every element of one float32 or float64 tensor flipped. */
    static byte[] withFlippedSign(byte[] file, String tensor) {
        JsonObject entry = header(file).getAsJsonObject(tensor);
        int width = entry.get("dtype").getAsString().equals("F32") ? 4 : 8;
        JsonArray offsets = entry.getAsJsonArray("data_offsets");
        byte[] changed = file.clone();
        int data = 8 + headerLength(file);
        for (int i = data + offsets.get(0).getAsInt(); i < data + offsets.get(1).getAsInt(); i += width) {
            changed[i + width - 1] ^= (byte) 0x80; // little-endian: the sign is in the last byte
        }
        return changed;
    }
}
