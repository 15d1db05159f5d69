package chainrule.bench.path;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.experiments.report.Json;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Measures all peaks of the machine with a number of threads, or of a device, in a process of its own. It takes
 * about ten seconds, six if quick, and longer on a busy machine.
 */
public final class PeakProcess {
    /** Short samples: on a busy machine some of them are not interrupted, and the fastest one counts. */
    private static final double SAMPLE_NANOS = 2e6;

    private static final int ROUNDS = 3;
    private static final int SAMPLES = 10;
    private static final int QUICK_SAMPLES = 4;

    private PeakProcess() {}

    /** The arguments are the backend, "" for the machine; threads; device; quick. */
    public static void main(String[] args) throws IOException {
        boolean quick = Boolean.parseBoolean(args[3]);
        List<Peak> peaks =
                args[0].isEmpty() ? machine(Integer.parseInt(args[1]), quick) : device(args[0], args[2], quick);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (Peak peak : peaks) {
            out.println(Json.write(peak).replace("\n", ""));
        }
    }

    private static List<Peak> machine(int threads, boolean quick) {
        int samples = quick ? QUICK_SAMPLES : SAMPLES;
        List<Peak> peaks = new ArrayList<>();
        try (Team team = new Team(threads)) {
            MultiplyAddPeak registers = new MultiplyAddPeak(team);
            List<Double> multiplyAdds = new ArrayList<>();
            long memory = Runtime.getRuntime().maxMemory() / 2;
            long[] footprints = BandwidthPeak.footprints(threads, Caches.lastLevelBytes(), memory);
            BandwidthPeak arrays = new BandwidthPeak(team, footprints[footprints.length - 1]);
            Map<Traffic, Map<Long, List<Double>>> nanos = new EnumMap<>(Traffic.class);
            for (Traffic kind : Traffic.values()) {
                arrays.warmUp(kind, footprints[0]);
            }
            for (int round = 0; round < ROUNDS; round++) { // whatever else the machine does hits different sizes
                multiplyAdds.addAll(boxed(registers.samples(2 * samples, SAMPLE_NANOS)));
                for (Traffic kind : Traffic.values()) {
                    for (long footprint : footprints) {
                        nanos.computeIfAbsent(kind, _ -> new LinkedHashMap<>())
                                .computeIfAbsent(footprint, _ -> new ArrayList<>())
                                .addAll(boxed(arrays.samples(kind, footprint, samples, SAMPLE_NANOS)));
                    }
                }
            }
            peaks.add(new Peak(null, registers.work(), multiplyAdds));
            nanos.forEach(
                    (kind, curve) ->
                            curve.forEach(
                                    (footprint, all) -> peaks.add(new Peak(kind, arrays.work(kind, footprint), all))));
        }
        return peaks;
    }

    private static List<Peak> device(String name, String device, boolean quick) {
        try (Backend backend = Backends.open(name, new Setup(1, device, false)).backend()) {
            return DevicePeak.measure(backend, quick ? QUICK_SAMPLES : SAMPLES);
        }
    }

    private static List<Double> boxed(double[] values) {
        return DoubleStream.of(values).boxed().toList();
    }

    /**
     * Starts the process and waits for its results.
     *
     * @param backend of a device, or "" for the machine
     * @throws IllegalStateException if the process fails, with its last line
     */
    public static List<Peak> start(String backend, int threads, String device, boolean quick) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:CompileCommand=quiet"));
        command.add(MultiplyAddPeak.JVM_OPTION);
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-X") || option.startsWith("-Dchainrule."))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PeakProcess.class.getName()));
        command.addAll(List.of(backend, String.valueOf(threads), device, String.valueOf(quick)));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            List<Peak> peaks = new ArrayList<>();
            String last = "";
            try (InputStream output = process.getInputStream()) {
                for (String line : new String(output.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                    last = line;
                    peak(line).ifPresent(peaks::add);
                }
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        "the measurement of the peaks ended with status " + status + ": " + last);
            }
            return peaks;
        } catch (IOException e) {
            throw new IllegalStateException("cannot start " + command.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Optional<Peak> peak(String line) {
        if (!line.startsWith("{")) {
            return Optional.empty(); // a warning of the JVM
        }
        try {
            JsonObject json = Json.read(line).getAsJsonObject();
            Traffic traffic = json.has("traffic") ? Traffic.valueOf(json.get("traffic").getAsString()) : null;
            return Optional.of(
                    new Peak(
                            traffic,
                            Json.read(json.get("work"), Work.class),
                            json.getAsJsonArray("nanos").asList().stream().map(Json::number).toList()));
        } catch (JsonParseException | IllegalArgumentException e) {
            throw new IllegalStateException("unexpected answer: " + line, e);
        }
    }
}
