package chainrule.io;

import chainrule.fuzz.Target;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Safetensors files, with and without a checksum. */
public final class SafetensorsTargets {
    /** A JSON array of short numbers becomes some 100 bytes of objects for each number of two characters. */
    static final Target.Memory JSON = new Target.Memory(300, 1 << 20);

    private static final int DATA = 64;
    private static final int CHECKSUM_END = 8 + 27 + 64;

    /** For {@code chainrule.fuzz.Targets}. */
    public static final List<Target> ALL =
            List.of(
                    Target.of("safetensors", file -> use(Safetensors.parse("fuzz", file)), JSON, FormatException.class),
                    Target.of(
                                    "safetensors-header",
                                    file -> use(Safetensors.parse("fuzz", file)),
                                    JSON,
                                    FormatException.class)
                            .wrapped("safetensors-header", SafetensorsTargets::withData),
                    Target.of("snapshot", file -> use(Snapshot.parse("fuzz", file)), JSON, FormatException.class)
                            .wrapped("snapshot", SafetensorsTargets::sealed));

    private SafetensorsTargets() {}

    private static void use(Safetensors file) {
        for (String name : file.names()) {
            file.shape(name);
            file.values(name);
        }
        file.metadata().keySet().forEach(file::metadata);
    }

    private static void use(Snapshot snapshot) {
        for (String name : snapshot.names()) {
            snapshot.text(name);
            snapshot.part(name).has("x");
            if (snapshot.has("number")) {
                snapshot.number("number");
                snapshot.integer("number", 1000);
            }
        }
        if (snapshot.has("tensor")) {
            snapshot.values("tensor", 3);
        }
    }

    /** A file with the fuzzer's bytes as its header. */
    private static byte[] withData(byte[] header) {
        return ByteBuffer.allocate(8 + header.length + DATA)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    /** The file with the right checksum, if it has room for one. */
    public static byte[] sealed(byte[] file) {
        if (file.length >= CHECKSUM_END) {
            Checksum.seal(file);
        }
        return file;
    }
}
