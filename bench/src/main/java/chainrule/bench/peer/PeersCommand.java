package chainrule.bench.peer;

import chainrule.bench.contender.Check;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.ContenderFailure;
import chainrule.bench.contender.ContenderProcess;
import chainrule.bench.contender.Net;
import chainrule.bench.contender.Session;
import chainrule.bench.contender.Task;
import chainrule.experiments.cli.Checks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The command {@code ./run peers}: lists, installs and checks the libraries that {@code ./run versus} measures. */
@Command(
        name = "./run peers",
        description = "Lists, installs and checks the libraries that ./run versus compares with.",
        footer = {
            "",
            "The libraries are described in bench/peers, one in each file. To add a folder with files of your own:",
            "JAVA_TOOL_OPTIONS=-Dchainrule.peers=DIR ./run peers list"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class PeersCommand implements Runnable {
    private static final String ALL = "all";
    private static final int DIFFERENT = 1;

    /** The batch for which nets are built after their check; nothing is timed. */
    private static final int BATCH = 4;

    private final Peers given;
    private final Environment.Programs programs;

    @Spec CommandSpec command;

    /** With the peers of the project and of the user. */
    public PeersCommand() {
        this(null, Environment.Programs.DEFAULT);
    }

    /**
     * @param given the peers, or null to find them when they are needed
     * @param programs what creates environments
     */
    PeersCommand(Peers given, Environment.Programs programs) {
        this.given = given;
        this.programs = programs;
    }

    private Peers peers() {
        return given == null ? Peers.find() : given;
    }

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "expected a command: list, setup or check");
    }

    @Command(
            name = "list",
            description = "Lists the peers: what they are, whether they are installed, and their versions.",
            mixinStandardHelpOptions = true)
    void list() {
        List<Peer> all = peers().all();
        int width = all.stream().mapToInt(peer -> peer.name().length()).max().orElse(0);
        for (Peer peer : all) {
            String state =
                    switch (peer.state()) {
                        case MISSING -> "not installed";
                        case OUTDATED -> "installed in other versions";
                        case READY -> "installed";
                    };
            System.out.printf(Locale.ROOT, "%-" + Math.max(1, width) + "s  %s%n", peer.name(), peer.description());
            String versions = peer.versions();
            System.out.println(" ".repeat(width + 2) + state + (versions.isEmpty() ? "" : ": " + versions));
        }
    }

    @Command(
            name = "setup",
            description =
                    "Installs peers: for each file in bench/peers, an environment with the versions that the file"
                            + " names. Peers in Python need Python 3.11 or newer, peers in Java need Maven.",
            footer = {
                "",
                "pip reads its options from the environment: PIP_RETRIES=0, PIP_INDEX_URL, PIP_EXTRA_INDEX_URL.",
                "On Linux, PyPI's torch is built for CUDA and takes several GB. For a build without CUDA:",
                "PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu ./run peers setup pytorch"
            },
            mixinStandardHelpOptions = true)
    void setup(
            @Parameters(arity = "1..*", paramLabel = "NAME", description = "names from ./run peers list, or all")
                    List<String> names) {
        Peers peers = peers();
        List<Peer> chosen = names.contains(ALL) ? peers.all() : names.stream().map(peers::get).toList();
        Map<Path, Peer> byEnvironment = new LinkedHashMap<>();
        for (Peer peer : chosen) {
            peer.environment().ifPresent(environment -> byEnvironment.putIfAbsent(environment.folder(), peer));
        }
        byEnvironment.values().stream()
                .filter(peer -> peer.state() != Environment.State.READY)
                .forEach(peer -> install(peer, peer.environment().orElseThrow()));
        chosen.forEach(peer -> System.out.println(peer.name() + " is installed"));
    }

    private void install(Peer peer, Environment environment) {
        System.out.println("installing " + String.join(", ", peer.dependencies()) + " in " + environment.folder());
        try {
            environment.create(programs, line -> System.out.println("  " + line));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("peer '" + peer.name() + "': " + e.getMessage(), e);
        }
    }

    @Command(
            name = "check",
            description =
                    "Checks that peers compute the same as chainrule: from given weights, the losses of three training"
                            + " steps and of inference must agree with the reference backend's.",
            footer = {"", "Exit status 1 if a peer computes something else or crashes."},
            mixinStandardHelpOptions = true,
            sortOptions = false)
    int check(
            @Parameters(arity = "0..*", paramLabel = "NAME", description = "by default all that are installed")
                    List<String> names,
            @Option(
                            names = "--net",
                            paramLabel = "NAME,…",
                            hideParamSyntax = true,
                            split = ",",
                            defaultValue = "mlp5,mnist,cifar",
                            description = "mlp with a number of layers, mnist, cifar (default: ${DEFAULT-VALUE})")
                    List<String> nets,
            @Option(names = "--model", paramLabel = "FILE", description = "the net of a model file instead") Path model,
            @Option(
                            names = "--threads",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "CPU threads; 0 for a GPU (default: ${DEFAULT-VALUE})")
                    int threads,
            @Option(
                            names = "--device",
                            paramLabel = "NUMBER",
                            defaultValue = "",
                            description = "the GPU, with --threads 0")
                    String device) {
        if (threads != 0) {
            Checks.threads(threads);
        }
        Peers peers = peers();
        List<String> chosen = names != null ? names : ready(peers);
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no peer is installed: ./run peers setup NAME");
        }
        List<Contender> contenders = chosen.stream().map(name -> peers.contender(name, threads, device)).toList();
        List<Net> checked = model != null ? List.of(Net.of(model)) : nets.stream().map(Net::named).toList();
        return check(contenders, checked) ? 0 : DIFFERENT;
    }

    private static List<String> ready(Peers peers) {
        return peers.all().stream().filter(peer -> peer.state() == Environment.State.READY).map(Peer::name).toList();
    }

    private static boolean check(List<Contender> contenders, List<Net> nets) {
        Path folder;
        try {
            folder = Files.createTempDirectory("chainrule-check");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Map<Net, Check> checks = new LinkedHashMap<>();
            nets.forEach(net -> checks.put(net, Check.of(net, folder.resolve(checks.size() + ".safetensors"))));
            boolean good = true;
            for (Contender contender : contenders) {
                good &= check(contender, checks);
            }
            return good;
        } finally {
            delete(folder, nets.size());
        }
    }

    /** Prints a line for each net, training and inferring; false if a result differs or the peer crashes. */
    private static boolean check(Contender contender, Map<Net, Check> checks) {
        boolean good = true;
        try (Session session = ContenderProcess.start(contender)) {
            for (Map.Entry<Net, Check> check : checks.entrySet()) {
                for (boolean training : List.of(true, false)) {
                    Task task = Task.of(check.getKey(), BATCH, training, check.getValue());
                    String result = "agrees";
                    try {
                        check.getValue().require(session.prepare(task.request(contender, true)).losses());
                    } catch (ContenderFailure e) {
                        boolean refused = e.kind() == ContenderFailure.Kind.REFUSED;
                        result = (refused ? "cannot: " : "") + e.getMessage();
                        good &= refused;
                    } catch (IllegalArgumentException e) {
                        result = e.getMessage();
                        good = false;
                    }
                    System.out.printf(
                            Locale.ROOT,
                            "%-14s %-8s %-6s %s%n",
                            contender.program(),
                            check.getKey().name(),
                            training ? "train" : "infer",
                            result);
                }
            }
        } catch (ContenderFailure e) {
            System.out.println(contender.program() + "  " + e.getMessage());
            return false;
        }
        return good;
    }

    private static void delete(Path folder, int files) {
        try {
            for (int i = 0; i < files; i++) {
                Files.deleteIfExists(folder.resolve(i + ".safetensors"));
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
