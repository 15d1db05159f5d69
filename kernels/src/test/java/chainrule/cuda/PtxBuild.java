package chainrule.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compiles the CUDA sources to the PTX that is committed beside the classes. The script {@code kernels/compile-ptx} runs
 * this file alone; the tests ask it whether what is committed is what the sources say.
 *
 * <p>The compiler's text is changed in three places, so that the same sources give the same bytes on every machine and
 * older drivers take them: the PTX version is lowered, paths are cut off file names, and an instruction is said to come
 * from one line of ours. Of inlined functions the compiler tells the whole chain of calls, and NVIDIA's assembler of CUDA
 * 12 ends the process over it when it assembles a long kernel for Hopper.
 */
final class PtxBuild {
    /** Taken by drivers of CUDA 12.0 and newer (525 and up). */
    private static final String PTX_VERSION = "8.0";

    /** The oldest architecture that nvcc 13 compiles for: Turing. PTX for it runs on all newer ones. */
    private static final String ARCHITECTURE = "compute_75";

    private static final String SHARED_HEADER = "common.cuh";

    private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"([^\"]+)\"");
    private static final Pattern RELEASE = Pattern.compile("release [\\d.]+, V([\\d.]+)");
    private static final Pattern FILE = Pattern.compile("(?m)^\\t\\.file\\t(\\d+) \"(?:[^\"]*/)?([^\"/]+)\"\\n");
    private static final Pattern LINE =
            Pattern.compile(
                    "(?m)^\\t\\.loc\\t(\\d+) (\\d+ \\d+)(?:, function_name \\S+, inlined_at (\\d+) (\\d+ \\d+))?\\n");
    private static final Pattern NAMES_OF_FUNCTIONS = Pattern.compile("(?s)\\t\\.section\\t\\.debug_str\\n.*?\\}\\n");

    private PtxBuild() {}

    /** {@code PtxBuild <folder of .cu> <folder for .ptx>}: compiles what has changed. */
    public static void main(String[] args) throws IOException {
        Path sources = Path.of(args[0]);
        Path into = Path.of(args[1]);
        if (release() == null) {
            System.err.println("compile-ptx: no nvcc on the PATH; install the CUDA toolkit, version 13");
            System.exit(2);
        }
        for (String name : names(sources)) {
            Path file = into.resolve(name + ".ptx");
            if (Files.exists(file) && Files.readString(file).startsWith(header(sources, name))) {
                System.out.println(name + ": as committed");
            } else {
                Files.writeString(file, compile(sources, name));
                System.out.println(name + ": compiled");
            }
        }
    }

    /** The modules: the .cu files without their ending. */
    static List<String> names(Path sources) throws IOException {
        try (Stream<Path> files = Files.list(sources)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".cu"))
                    .map(f -> f.substring(0, f.length() - 3))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    /** The first lines of a module's PTX, without the compiler's version: they change when its sources do. */
    static String header(Path sources, String name) throws IOException {
        return "// "
                + name
                + ".cu compiled by kernels/compile-ptx; do not edit.\n// sources "
                + hash(sources, name)
                + "\n";
    }

    /** The compiler that a PTX file came from: "13.0.88". */
    static String compiler(String ptx) {
        return ptx.lines().skip(2).findFirst().orElse("").replace("// nvcc ", "");
    }

    /** SHA-256 of a source and all that it includes. */
    private static String hash(Path sources, String name) throws IOException {
        Set<String> files = new LinkedHashSet<>();
        List<String> open = new ArrayList<>(List.of(name + ".cu"));
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            while (!open.isEmpty()) {
                String file = open.remove(0);
                if (files.add(file)) {
                    String text = Files.readString(sources.resolve(file));
                    digest.update(text.getBytes(StandardCharsets.UTF_8));
                    INCLUDE.matcher(text).results().forEach(include -> open.add(include.group(1)));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The version of the nvcc on the PATH, or null if there is none. */
    static String release() {
        try {
            Matcher release = RELEASE.matcher(run(Path.of("."), "nvcc", "--version"));
            return release.find() ? release.group(1) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** The PTX of one module, header included. */
    static String compile(Path sources, String name) throws IOException {
        Path ptx = Files.createTempFile(name, ".ptx");
        try {
            run(
                    sources,
                    "nvcc",
                    "-std=c++17",
                    "-arch=" + ARCHITECTURE,
                    "-lineinfo",
                    "-ptx",
                    "-o",
                    ptx.toString(),
                    name + ".cu");
            String text = Files.readString(ptx);
            text = text.substring(text.indexOf(".version"));
            text = text.replaceFirst("\\.version [\\d.]+", ".version " + PTX_VERSION);
            text = withPlainLines(text);
            return header(sources, name) + "// nvcc " + release() + "\n\n" + text;
        } finally {
            Files.delete(ptx);
        }
    }

    /** Every instruction with one line of a .cu or .cuh. */
    private static String withPlainLines(String ptx) {
        Map<String, String> names =
                FILE.matcher(ptx).results().collect(Collectors.toMap(file -> file.group(1), file -> file.group(2)));
        String text = LINE.matcher(ptx).replaceAll(at -> plainLine(at, names));
        text =
                FILE.matcher(text)
                        .replaceAll(
                                file ->
                                        isOurs(file.group(2))
                                                ? "\t.file\t" + file.group(1) + " \"" + file.group(2) + "\"\n"
                                                : "");
        return NAMES_OF_FUNCTIONS.matcher(text).replaceAll("");
    }

    /**
     * Its own line; but what comes from a header of the toolkit or from a load or store that all kernels share is better
     * known by the line that uses it. Where even that is the toolkit's, the line before will do.
     */
    private static String plainLine(MatchResult at, Map<String, String> names) {
        String own = names.get(at.group(1));
        boolean caller = at.group(3) != null && isOurs(names.get(at.group(3)));
        if (caller && (!isOurs(own) || own.equals(SHARED_HEADER))) {
            return "\t.loc\t" + at.group(3) + " " + at.group(4) + "\n";
        }
        return isOurs(own) ? "\t.loc\t" + at.group(1) + " " + at.group(2) + "\n" : "";
    }

    private static boolean isOurs(String file) {
        return file.endsWith(".cu") || file.endsWith(".cuh");
    }

    /** What the command writes; it must succeed. */
    static String run(Path folder, String... command) throws IOException {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed:\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return output;
    }
}
