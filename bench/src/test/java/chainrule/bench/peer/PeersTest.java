package chainrule.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.bench.contender.Contender;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class PeersTest {
    private static final String TWO_PEERS =
            """
            # /// script
            # requires-python = ">=3.11"
            # dependencies = [
            #     "frob==1.2.3",
            #     "frob[fast]==1.2.3+cpu",
            # ]
            # ///
            # chainrule-peer: frob — Frob with its defaults
            # chainrule-peer: frob-tuned tuned twice MALLOC_TOP_PAD_=1 A=b=c — Frob, tuned — carefully
            print("chainrule-peer: none — not at the beginning of a line")
            """;

    @TempDir Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Creates what an installation leaves behind. */
    private void install(String name, String... dependencies) throws IOException {
        Path environment = folder.resolve("environments").resolve(name);
        Files.createDirectories(environment.resolve("bin"));
        Path python = Files.writeString(environment.resolve("bin/python"), "");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        Files.write(environment.resolve("dependencies.txt"), List.of(dependencies));
    }

    @Test
    void readsPeersAndTheirPackages() throws IOException {
        Path file = file("frob.py", TWO_PEERS);
        List<Peer> peers = Peers.in(folder).all();
        assertThat(peers).extracting(Peer::name).containsExactly("frob", "frob-tuned");
        assertThat(peers).extracting(Peer::file).containsOnly(file);
        assertThat(peers)
                .allSatisfy(
                        peer ->
                                assertThat(peer.dependencies())
                                        .containsExactly("frob==1.2.3", "frob[fast]==1.2.3+cpu"));
        assertThat(peers.getFirst().arguments()).isEmpty();
        assertThat(peers.getFirst().description()).isEqualTo("Frob with its defaults");
        assertThat(peers.getLast().arguments()).containsExactly("tuned", "twice");
        assertThat(peers.getLast().variables()).containsEntry("MALLOC_TOP_PAD_", "1").containsEntry("A", "b=c");
        assertThat(peers.getLast().description()).isEqualTo("Frob, tuned — carefully");
    }

    @Test
    void ignoresFilesWithoutPeers() throws IOException {
        file("README.md", "no peer");
        Files.write(folder.resolve("picture.png"), new byte[] {(byte) 0x89, (byte) 0xff, 0});
        assertThat(Peers.in(folder).all()).isEmpty();
        assertThatThrownBy(() -> Peers.in(folder).get("frob")).hasMessage("unknown peer 'frob', there are none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# chainrule-peer: frob|expected a name, arguments if any, and ' — ' before a description",
                "# chainrule-peer: — what|expected a name",
                "# /// script\\n# requires = []\\n# ///\\n# chainrule-peer: frob — Frob|has no list such as",
                "# /// script\\n# dependencies = [\"frob\"]\\n# ///\\n# chainrule-peer: frob — Frob|dependency 'frob'",
                "# chainrule-peer: frob — A\\n# chainrule-peer: frob — B|two peers are named 'frob'"
            })
    void refusesDescriptionsThatItCannotRead(String text, String message) throws IOException {
        file("frob.py", text.replace("\\n", "\n"));
        assertThatThrownBy(() -> Peers.in(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("frob.py", message);
    }

    @Test
    void startsAnInstalledPeerByItsEnvironment() throws IOException {
        Path file = file("frob.py", TWO_PEERS);
        Path runner = file("peer.py", "");
        install("frob", "frob==1.2.3", "frob[fast]==1.2.3+cpu");
        Contender contender = Peers.in(folder).contender("frob-tuned", 2, "");
        assertThat(contender.name()).isEqualTo("frob-tuned, 2 threads");
        assertThat(contender.program()).isEqualTo("frob-tuned");
        assertThat(contender.command())
                .containsExactly(
                        folder.resolve("environments/frob/bin/python").toString(),
                        runner.toString(),
                        file.toString(),
                        "tuned",
                        "twice");
        assertThat(contender.environment()).containsEntry("A", "b=c");
        assertThat(Peers.in(folder).contender("frob", 0, "1").name()).isEqualTo("frob");
    }

    @Test
    void saysHowToInstallAPeer() throws IOException {
        file("frob.py", TWO_PEERS);
        file("peer.py", "");
        Peers peers = Peers.in(folder);
        assertThatThrownBy(() -> peers.contender("frob-tuned", 1, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("peer 'frob-tuned' is not installed: ./run peers setup frob-tuned");
        install("frob", "frob==1.2.2");
        assertThatThrownBy(() -> peers.contender("frob", 1, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("in other versions than frob.py", "./run peers setup frob");
    }

    @Test
    void namesTheKnownPeers() throws IOException {
        file("frob.py", TWO_PEERS);
        assertThatThrownBy(() -> Peers.in(folder).contender("forb", 1, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown peer 'forb', expected frob, frob-tuned");
    }

    @Test
    void prefersALaterFolder() throws IOException {
        file("frob.py", TWO_PEERS);
        Path own = Files.createDirectory(folder.resolve("own"));
        Files.writeString(
                own.resolve("mine.sh"), "# chainrule-peer: frob — my own\n// chainrule-peer: new — another\n");
        Peers peers = Peers.in(folder, own);
        assertThat(peers.all()).extracting(Peer::name).containsExactly("frob", "frob-tuned", "new");
        assertThat(peers.get("frob").description()).isEqualTo("my own");
        assertThat(peers.contender("frob", 1, "").command())
                .as("a program that is no Python file needs no installation")
                .containsExactly(own.resolve("mine.sh").toString());
    }

    @Test
    void describesThePeersOfTheProject() {
        List<Peer> peers = Peers.find().all();
        assertThat(peers)
                .extracting(Peer::name)
                .contains("pytorch", "pytorch-tuned", "torch-compile", "jax", "keras", "onnxruntime");
        assertThat(peers).filteredOn(Peer::python).allSatisfy(peer -> assertThat(peer.dependencies()).isNotEmpty());
    }
}
