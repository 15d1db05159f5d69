package chainrule.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
 * Compiles the CUDA sources to the PTX that is committed with the classes. The script {@code kernels/compile-ptx} runs this
 * file alone; the tests use it to check that the committed PTX is what the compiler makes of the sources.
 *
 * <p>The compiler's output is changed in three places, so that the same sources give the same bytes on every machine and
 * older drivers accept them: the PTX version is lowered, paths are cut off file names, and each instruction is attributed to
 * one line of our sources. For inlined functions the compiler writes the whole chain of calls, which makes NVIDIA's
 * assembler of CUDA 12 end the process when it assembles a long kernel for Hopper.
 */
final class PtxBuild {
    /** Accepted by drivers of CUDA 12.0 and newer (525 and up). */
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

    /** The modules: the names of the .cu files, in any folder, without their ending. */
    static List<String> names(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".cu"))
                    .map(f -> f.substring(0, f.length() - 3))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    /** Where the .cu file of a module is, relative to the folder of all sources: in the folder of its family. */
    private static Path path(Path sources, String name) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(f -> f.getFileName().toString().equals(name + ".cu"))
                    .map(sources::relativize)
                    .findFirst()
                    .orElseThrow(() -> new NoSuchFileException(name + ".cu in " + sources));
        }
    }

    /** The first lines of a module's PTX, without the compiler's version; they contain a hash of its sources. */
    static String header(Path sources, String name) throws IOException {
        return "// "
                + name
                + ".cu compiled by kernels/compile-ptx; do not edit.\n// sources "
                + hash(sources, name)
                + "\n";
    }

    /** The version of the compiler that made a PTX file: "13.0.88". */
    static String compiler(String ptx) {
        return ptx.lines().skip(2).findFirst().orElse("").replace("// nvcc ", "");
    }

    /** SHA-256 of a source and all files that it includes. */
    private static String hash(Path sources, String name) throws IOException {
        Set<String> files = new LinkedHashSet<>();
        List<String> open = new ArrayList<>(List.of(path(sources, name).toString()));
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
                    "-I.", // the headers are at the top
                    "-o",
                    ptx.toString(),
                    path(sources, name).toString());
            String text = Files.readString(ptx);
            text = text.substring(text.indexOf(".version"));
            text = text.replaceFirst("\\.version [\\d.]+", ".version " + PTX_VERSION);
            text = withPlainLines(text);
            return header(sources, name) + "// nvcc " + release() + "\n\n" + text;
        } finally {
            Files.delete(ptx);
        }
    }

    /** Attributes every instruction to one line of a .cu or .cuh. */
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
     * An instruction's own line; but for code from a header of the toolkit, or from a load or store that all kernels share,
     * the line that uses it says more. Where that is in the toolkit too, the line before stays in force.
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

    /** The output of a command, which must succeed. */
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
