package chainrule.bench.peer;

import chainrule.bench.contender.Contender;
import chainrule.bench.machine.Machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The peers that can be measured: the files of bench/peers and, with {@code -Dchainrule.peers=DIR}, the files of another folder,
 * which win where names are equal.
 */
public final class Peers {
    private static final String RUNNER = "peer.py";

    private final Map<String, Peer> byName = new TreeMap<>();
    private final Path runner;

    private Peers(List<Path> folders) {
        for (Path folder : folders) {
            Map<String, Peer> own = new TreeMap<>();
            for (Path file : files(folder)) {
                for (Peer peer : Peer.read(file)) {
                    Peer other = own.put(peer.name(), peer);
                    if (other != null) {
                        throw new IllegalArgumentException(
                                "two peers are named '" + peer.name() + "': in " + other.file() + " and " + file);
                    }
                }
            }
            byName.putAll(own);
        }
        this.runner =
                folders.stream()
                        .map(folder -> folder.resolve(RUNNER))
                        .filter(Files::isRegularFile)
                        .findFirst()
                        .orElse(null);
    }

    /** The peers of the project and of the user. @throws IllegalArgumentException if a peer's file cannot be read */
    public static Peers find() {
        List<Path> folders = new ArrayList<>();
        folders.add(Machine.home().resolve("bench/peers"));
        String own = System.getProperty("chainrule.peers");
        if (own != null) {
            Path folder = Path.of(own).toAbsolutePath();
            if (!Files.isDirectory(folder)) {
                throw new IllegalArgumentException("-Dchainrule.peers=" + own + ": there is no such folder");
            }
            folders.add(folder);
        }
        return new Peers(folders);
    }

    /** The peers of these folders; a later folder wins. */
    static Peers in(Path... folders) {
        return new Peers(List.of(folders));
    }

    /**
     * The peer of that name, ready to start.
     *
     * @param threads CPU threads; 0 for a GPU
     * @param device the number of a GPU, or ""
     * @throws IllegalArgumentException if there is no such peer, or it is not installed: then saying how
     */
    public static Contender named(String name, int threads, String device) {
        return find().contender(name, threads, device);
    }

    /** The names of all peers, installed or not. */
    public static List<String> names() {
        return List.copyOf(find().byName.keySet());
    }

    /** As {@link #named}, of these peers. */
    Contender contender(String name, int threads, String device) {
        Peer peer = get(name);
        switch (peer.state()) {
            case MISSING ->
                    throw new IllegalArgumentException(
                            "peer '" + name + "' is not installed: ./run peers setup " + name);
            case OUTDATED ->
                    throw new IllegalArgumentException(
                            "peer '"
                                    + name
                                    + "' is installed in other versions than "
                                    + peer.file().getFileName()
                                    + " names: ./run peers setup "
                                    + name);
            case READY -> {}
        }
        List<String> command = new ArrayList<>(start(peer));
        command.addAll(peer.arguments());
        return new Contender(Contender.name(name, threads), name, threads, device, command, peer.variables());
    }

    /** The command line that starts the file of a peer, without the peer's arguments. */
    private List<String> start(Peer peer) {
        String file = peer.file().toString();
        return switch (peer.environment().orElse(null)) {
            case PythonEnvironment _ when runner == null ->
                    throw new IllegalArgumentException("there is no " + RUNNER + " to run " + file);
            case PythonEnvironment python -> List.of(python.python().toString(), runner.toString(), file);
            case JavaEnvironment java -> java.command(peer.file());
            case null -> List.of(file);
        };
    }

    /** All peers, by name. */
    List<Peer> all() {
        return List.copyOf(byName.values());
    }

    /** @throws IllegalArgumentException if there is no such peer, naming those there are */
    Peer get(String name) {
        Peer peer = byName.get(name);
        if (peer == null) {
            throw new IllegalArgumentException(
                    "unknown peer '"
                            + name
                            + "', "
                            + (byName.isEmpty() ? "there are none" : "expected " + String.join(", ", byName.keySet())));
        }
        return peer;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
