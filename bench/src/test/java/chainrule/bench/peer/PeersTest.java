package chainrule.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.bench.contender.Contender;
import chainrule.bench.contender.ContenderProcess;
import chainrule.bench.contender.Session;
import chainrule.bench.machine.Machine;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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

    private static final String JAVA_PEER =
            """
            // /// script
            // dependencies = [
            //     "org.frob:frob-core:1.2.3",
            //     "org.frob:frob-native:1.2.3-4.5:linux-x86_64",
            // ]
            // ///
            // chainrule-peer: frob tuned A=b — Frob for Java
            class Frob {}
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

    /** Creates what Maven leaves behind, but for the jars. */
    private void installJava(String name, String... dependencies) throws IOException {
        Path environment = folder.resolve("environments").resolve(name);
        Files.createDirectories(environment.resolve("lib"));
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
                "# chainrule-peer: frob — A\\n# chainrule-peer: frob — B|two peers are named 'frob'",
                "# /// script\\n# dependencies = [\"a.b:frob:1\"]\\n# ///\\n# chainrule-peer: frob — Frob|NAME==VERSION"
            })
    void refusesDescriptionsThatItCannotRead(String text, String message) throws IOException {
        file("frob.py", text.replace("\\n", "\n"));
        assertThatThrownBy(() -> Peers.in(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("frob.py", message);
    }

    @Test
    void readsMavenCoordinatesOfAJavaFile() throws IOException {
        file("Frob.java", JAVA_PEER);
        Peer peer = Peers.in(folder).get("frob");
        assertThat(peer.dependencies())
                .containsExactly("org.frob:frob-core:1.2.3", "org.frob:frob-native:1.2.3-4.5:linux-x86_64");
        assertThat(peer.versions()).isEqualTo("frob-core 1.2.3, frob-native 1.2.3-4.5");
        assertThat(peer.arguments()).containsExactly("tuned");
        assertThat(peer.variables()).containsEntry("A", "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frob==1.2.3",
                "org.frob:frob",
                "org.frob:frob:RELEASE",
                "org.frob:frob:[1,2)",
                "org.frob:frob:1.2.3-SNAPSHOT",
                "org.frob:frob:1.2.3-SNAPSHOT:linux",
                "org.frob:frob:1.2.3:jar:linux",
                "org.frob:<frob>:1.2.3"
            })
    void refusesMavenCoordinatesWithoutAPinnedVersion(String coordinates) throws IOException {
        file("Frob.java", JAVA_PEER.replace("org.frob:frob-core:1.2.3", coordinates));
        assertThatThrownBy(() -> Peers.in(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("Frob.java: dependency '" + coordinates + "'", "GROUP:ARTIFACT:VERSION");
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
    void startsAnInstalledJavaPeerByItsClasses() throws IOException {
        file("Frob.java", JAVA_PEER);
        installJava("Frob", "org.frob:frob-core:1.2.3", "org.frob:frob-native:1.2.3-4.5:linux-x86_64");
        Path environment = folder.resolve("environments/Frob");
        Contender contender = Peers.in(folder).contender("frob", 2, "");
        assertThat(contender.command())
                .startsWith(Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .contains("-Dchainrule.environment=" + environment)
                .containsSubsequence("-cp", environment.resolve("classes") + ":" + environment.resolve("lib/*"))
                .endsWith("Frob", "tuned");
        assertThat(environment.resolve("classes/Frob.class")).exists();
    }

    @Test
    void comparesTheJarsOfAJavaPeerWithItsFile() throws IOException {
        file("Frob.java", JAVA_PEER);
        assertThatThrownBy(() -> Peers.in(folder).contender("frob", 1, ""))
                .hasMessage("peer 'frob' is not installed: ./run peers setup frob");
        installJava("Frob", "org.frob:frob-core:1.2.2", "org.frob:frob-native:1.2.3-4.5:linux-x86_64");
        assertThatThrownBy(() -> Peers.in(folder).contender("frob", 1, ""))
                .hasMessageContainingAll("in other versions than Frob.java", "./run peers setup frob");
    }

    @Test
    void runsAJavaPeer() throws IOException {
        try (InputStream fake = PeersTest.class.getResourceAsStream("Fake.java")) {
            Files.copy(fake, folder.resolve("Fake.java"));
        }
        Peers peers = Peers.in(folder);
        try (ContenderProcess fake = ContenderProcess.start(peers.contender("fake", 1, ""))) {
            Session.Ready ready = fake.prepare(new JsonObject());
            assertThat(ready.losses()).containsExactly(2.5);
            assertThat(ready.facts()).containsEntry("folder", folder.resolve("environments/Fake").toString());
            assertThat(fake.run(0.5).step()).isEqualTo(0.125);
        }
        try (ContenderProcess fake = ContenderProcess.start(peers.contender("fake-error", 1, ""))) {
            assertThatThrownBy(() -> fake.prepare(new JsonObject())).hasMessage("has 2 arguments");
        }
    }

    @Test
    void compilesAJavaPeerAgainOnlyAfterItChanged() throws IOException {
        Path file = file("Frob.java", "// chainrule-peer: frob — Frob\nclass Frob {}\nclass Old {}\n");
        Peers peers = Peers.in(folder);
        Path classes = folder.resolve("environments/Frob/classes");
        peers.contender("frob", 1, "");
        FileTime never = FileTime.fromMillis(0);
        Files.setLastModifiedTime(classes.resolve("Frob.class"), never);
        peers.contender("frob", 1, "");
        assertThat(Files.getLastModifiedTime(classes.resolve("Frob.class"))).isEqualTo(never);
        assertThat(classes.resolve("Old.class")).exists();

        Files.writeString(file, "// chainrule-peer: frob — Frob\nclass Frob {}\nclass New {}\n");
        peers.contender("frob", 1, "");
        assertThat(classes.resolve("New.class")).exists();
        assertThat(classes.resolve("Old.class")).doesNotExist();
    }

    @Test
    void saysWhereAJavaPeerDoesNotCompile() throws IOException {
        Path file = file("Frob.java", "// chainrule-peer: frob — Frob\nclass Frob {\n    int x = \"one\";\n}\n");
        for (int again = 0; again < 2; again++) {
            assertThatThrownBy(() -> Peers.in(folder).contender("frob", 1, ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .startsWith(file + ":3: incompatible types: ")
                    .hasLineCount(1);
        }
        Files.writeString(file, "// chainrule-peer: frob — Frob\nclass Other {}\n");
        assertThatThrownBy(() -> Peers.in(folder).contender("frob", 1, ""))
                .hasMessage(file + " has no class Frob outside of packages");
    }

    @Test
    void fetchesJarsWithThePluginOfTheProject() throws IOException {
        String pom = Files.readString(Machine.home().resolve("pom.xml"));
        String[] plugin = JavaEnvironment.PLUGIN.split(":");
        assertThat(pom)
                .containsPattern("<artifactId>" + plugin[1] + "</artifactId>\\s*<version>" + plugin[2] + "</version>");
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
                .as("a program that is neither Python nor Java needs no installation")
                .containsExactly(own.resolve("mine.sh").toString());
    }

    @Test
    void describesThePeersOfTheProject() {
        List<Peer> peers = Peers.find().all();
        assertThat(peers)
                .extracting(Peer::name)
                .contains("pytorch", "pytorch-tuned", "torch-compile", "jax", "keras", "onnxruntime", "djl");
        assertThat(peers).allSatisfy(peer -> assertThat(peer.dependencies()).isNotEmpty());
    }
}
