package chainrule.bench.machine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Linux says of the processors in {@code /proc/cpuinfo}. A text is empty and a count 0 where the file does not say
 * it: ARM processors have no model name, and no sockets or cores.
 *
 * @param name "AMD EPYC 9R14"; of ARM processors the name of the core, "Neoverse-N1"
 * @param family the CPU family, in decimal
 * @param model the model, in decimal
 * @param stepping the stepping, or the revision of an ARM core: "r3p1"
 * @param microcode "0x1000065"
 * @param processors the processors listed, each hardware thread one
 * @param sockets the number of packages
 * @param cores the number of cores, all packages together
 * @param virtual true if the processor says that a hypervisor runs it
 */
record CpuInfo(
        String name,
        String family,
        String model,
        String stepping,
        String microcode,
        int processors,
        int sockets,
        int cores,
        boolean virtual) {
    /** Cores by implementer and part, as in the documents of their makers. */
    private static final Map<String, String> ARM =
            Map.of(
                    "0x41 0xd08", "Cortex-A72",
                    "0x41 0xd0b", "Cortex-A76",
                    "0x41 0xd0c", "Neoverse-N1",
                    "0x41 0xd40", "Neoverse-V1",
                    "0x41 0xd49", "Neoverse-N2",
                    "0x41 0xd4f", "Neoverse-V2",
                    "0xc0 0xac3", "Ampere-1",
                    "0xc0 0xac4", "Ampere-1a");

    /** Reads the contents of {@code /proc/cpuinfo}; any text, even an empty one, gives a result. */
    static CpuInfo parse(String text) {
        Map<String, String> first = new HashMap<>();
        Set<String> sockets = new HashSet<>();
        Set<String> cores = new HashSet<>();
        int processors = 0;
        for (String block : text.split("\\n\\s*\\n")) {
            Map<String, String> values = values(block.lines().toList());
            if (values.containsKey("processor")) {
                processors++;
            }
            values.forEach(first::putIfAbsent);
            if (values.containsKey("physical id")) {
                sockets.add(values.get("physical id"));
                cores.add(values.get("physical id") + " " + values.getOrDefault("core id", ""));
            }
        }
        boolean arm = first.containsKey("CPU implementer");
        return new CpuInfo(
                arm ? armName(first) : first.getOrDefault("model name", ""),
                first.getOrDefault("cpu family", ""),
                first.getOrDefault("model", ""),
                arm ? armRevision(first) : first.getOrDefault("stepping", ""),
                first.getOrDefault("microcode", ""),
                processors,
                sockets.size(),
                cores.size(),
                List.of(first.getOrDefault("flags", "").split(" ")).contains("hypervisor"));
    }

    private static Map<String, String> values(List<String> lines) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
            }
        }
        return values;
    }

    private static String armName(Map<String, String> values) {
        String implementer = values.get("CPU implementer");
        String part = values.getOrDefault("CPU part", "?");
        String name = ARM.get(implementer + " " + part);
        return name == null ? "ARM implementer " + implementer + ", part " + part : name;
    }

    /** Variant and revision as ARM writes them: "r3p1". */
    private static String armRevision(Map<String, String> values) {
        String variant = values.getOrDefault("CPU variant", "").replace("0x", "");
        String revision = values.getOrDefault("CPU revision", "");
        return variant.isEmpty() || revision.isEmpty() ? "" : "r" + variant + "p" + revision;
    }

    /** "AMD EPYC, family 25, model 17"; empty if there is no name. */
    String title() {
        return name.isEmpty() || family.isEmpty() ? name : name + ", family " + family + ", model " + model;
    }
}
