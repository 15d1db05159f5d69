package chainrule.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.bench.contender.Check;
import chainrule.bench.contender.Net;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class PeersCommandTest {
    private static final String FROB =
            """
            # /// script
            # dependencies = ["frob==1.2.3"]
            # ///
            # chainrule-peer: frob — Frob with its defaults
            # chainrule-peer: frob-tuned tuned — Frob, tuned
            """;

    private static final String JAVA_FROB =
            """
            // /// script
            // dependencies = ["org.frob:frob-core:1.2.3", "org.frob:frob-native:4.5:linux-x86_64"]
            // ///
            // chainrule-peer: frob — Frob for Java
            """;

    /** Makes an environment whose interpreter, asked to install, does what comes first. */
    private static final String PYTHON =
            """
            #!/bin/sh
            echo "python $*"
            mkdir -p "$4/bin"
            cat >"$4/bin/python" <<'EOF'
            #!/bin/sh
            %s
            EOF
            chmod +x "$4/bin/python"
            """;

    @TempDir Path folder;

    private record Cli(int status, String out, String err) {}

    private static String python(String pip) {
        return PYTHON.replace("%s", pip);
    }

    private Path program(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private Cli run(String python, String... arguments) {
        return run(new Environment.Programs(python, "mvn"), arguments);
    }

    private Cli maven(String maven, String... arguments) {
        return run(new Environment.Programs("python3", maven), arguments);
    }

    private Cli run(Environment.Programs programs, String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream out = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            CommandLine command =
                    new CommandLine(new PeersCommand(Peers.in(folder), programs))
                            .setOut(new PrintWriter(bytes, true, StandardCharsets.UTF_8))
                            .setErr(new PrintWriter(errors, true, StandardCharsets.UTF_8))
                            .setExecutionExceptionHandler(
                                    (e, line, _) -> {
                                        line.getErr().println(e.getMessage());
                                        return 2;
                                    });
            int status = command.execute(arguments);
            return new Cli(status, bytes.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
        }
    }

    private Cli peers(String... arguments) {
        return run("python3", arguments);
    }

    /** A peer that answers every request with the same line. */
    private void answers(String line) throws IOException {
        program(
                "fake.sh",
                "#!/bin/sh\n"
                        + "# chainrule-peer: fake — answers always the same\n"
                        + "while read -r request; do\n"
                        + "  echo noise\n"
                        + "  echo '"
                        + line
                        + "'\ndone\n");
    }

    @Test
    void listsPeersWithTheirState() throws IOException {
        program("frob.py", FROB);
        answers("{}");
        Cli list = peers("list");
        assertThat(list.status()).isZero();
        assertThat(list.out().lines())
                .containsExactly(
                        "fake        answers always the same",
                        "            installed",
                        "frob        Frob with its defaults",
                        "            not installed: frob 1.2.3",
                        "frob-tuned  Frob, tuned",
                        "            not installed: frob 1.2.3");
    }

    @Test
    void installsOneEnvironmentForAllPeersOfAFile() throws IOException {
        program("frob.py", FROB);
        Path python = program("python", python("echo \"pip $*\""));
        Cli setup = run(python.toString(), "setup", "all");
        assertThat(setup.status()).as(setup.err()).isZero();
        Path environment = folder.resolve("environments/frob");
        assertThat(setup.out().lines())
                .containsExactly(
                        "installing frob==1.2.3 in " + environment,
                        "  python -m venv --clear " + environment,
                        "  pip -m pip install frob==1.2.3",
                        "frob is installed",
                        "frob-tuned is installed");
        assertThat(peers("list").out()).contains("            installed: frob 1.2.3");
        assertThat(run(python.toString(), "setup", "frob").out().lines())
                .as("it is installed once")
                .containsExactly("frob is installed");

        program("frob.py", FROB.replace("1.2.3", "1.2.4"));
        assertThat(peers("list").out()).contains("installed in other versions: frob 1.2.4");
        assertThat(run(python.toString(), "setup", "frob").out()).contains("pip -m pip install frob==1.2.4");
        assertThat(peers("list").out()).contains("            installed: frob 1.2.4");
    }

    @Test
    void saysWhyAnInstallationFailed() throws IOException {
        program("frob.py", FROB);
        Cli absent = run(folder.resolve("no-python").toString(), "setup", "frob");
        assertThat(absent.status()).isEqualTo(2);
        assertThat(absent.err()).contains("peer 'frob': peers in Python need Python 3.11 or newer, and there is no ");

        String pip = "echo Collecting frob; echo 'ERROR: No matching distribution found for frob'; echo bye; exit 1";
        Cli failed = run(program("python", python(pip)).toString(), "setup", "frob");
        assertThat(failed.status()).isEqualTo(2);
        assertThat(failed.err().strip())
                .isEqualTo(
                        "peer 'frob': pip cannot install the packages: ERROR: No matching distribution found for frob");
        assertThat(failed.out()).contains("  Collecting frob");

        pip = "echo 'ERROR: Could not install: [Errno 28] No space left on device'; exit 1";
        Cli full = run(program("python", python(pip)).toString(), "setup", "frob");
        assertThat(full.err()).contains("the disk of ").endsWith("is full\n");

        Cli venv =
                run(
                        program("python", "#!/bin/sh\necho ensurepip is not available\nexit 1\n").toString(),
                        "setup",
                        "frob");
        assertThat(venv.err().strip()).isEqualTo("peer 'frob': no environment: ensurepip is not available");
        assertThat(peers("list").out()).as("nothing is half installed").contains("not installed");
    }

    @Test
    void fetchesTheJarsOfAJavaPeerWithMaven() throws IOException {
        program("Frob.java", JAVA_FROB);
        Path maven =
                program(
                        "mvn",
                        """
                        #!/bin/sh
                        echo "$*"
                        for argument; do
                          case $argument in -DoutputDirectory=*) mkdir "${argument#*=}" ;; esac
                        done
                        """);
        Path environment = folder.resolve("environments/Frob");
        Cli setup = maven(maven.toString(), "setup", "all");
        assertThat(setup.status()).as(setup.err()).isZero();
        assertThat(setup.out().lines())
                .containsExactly(
                        "installing org.frob:frob-core:1.2.3, org.frob:frob-native:4.5:linux-x86_64 in " + environment,
                        "  --batch-mode --update-snapshots --file "
                                + environment.resolve("pom.xml")
                                + " "
                                + JavaEnvironment.PLUGIN
                                + ":copy-dependencies -DoutputDirectory="
                                + environment.resolve("lib")
                                + " -DincludeScope=runtime",
                        "frob is installed");
        assertThat(Files.readString(environment.resolve("pom.xml")).replaceAll("\\s", ""))
                .contains(
                        "<dependency><groupId>org.frob</groupId><artifactId>frob-core</artifactId>"
                                + "<version>1.2.3</version></dependency>",
                        "<dependency><groupId>org.frob</groupId><artifactId>frob-native</artifactId>"
                                + "<version>4.5</version><classifier>linux-x86_64</classifier></dependency>");
        assertThat(environment.resolve(".mvn")).as("keeps Maven from the options of this project").isDirectory();
        assertThat(peers("list").out()).contains("installed: frob-core 1.2.3, frob-native 4.5");
        assertThat(maven("no-maven", "setup", "frob").out())
                .as("it is installed once")
                .isEqualTo("frob is installed\n");

        Path old = Files.writeString(environment.resolve("lib/frob-core-1.2.3.jar"), "");
        program("Frob.java", JAVA_FROB.replace("1.2.3", "1.2.4"));
        assertThat(peers("list").out()).contains("installed in other versions: frob-core 1.2.4");
        assertThat(maven(maven.toString(), "setup", "frob").status()).isZero();
        assertThat(peers("list").out()).contains("installed: frob-core 1.2.4");
        assertThat(old).as("nothing of the other version is left").doesNotExist();
    }

    @Test
    void saysWhyMavenFetchedNoJars() throws IOException {
        program("Frob.java", JAVA_FROB);
        Cli absent = maven(folder.resolve("no-maven").toString(), "setup", "frob");
        assertThat(absent.status()).isEqualTo(2);
        assertThat(absent.err()).contains("peer 'frob': peers in Java need Maven 3.8 or newer, and there is no ");

        assertThat(
                        failure(
                                "Failed to execute goal on project peer: Could not resolve dependencies for peer: The"
                                        + " following artifacts could not be resolved: org.frob:frob-core:jar:1.2.3,"
                                        + " org.frob:frob-native:jar:4.5: Could not transfer artifact"
                                        + " org.frob:frob-core:jar:1.2.3 from central: unknown host -> [Help 1]"))
                .isEqualTo("Could not transfer artifact org.frob:frob-core:jar:1.2.3 from central: unknown host");
        assertThat(failure("Plugin frob or one of its dependencies could not be resolved -> [Help 1]"))
                .isEqualTo("Plugin frob or one of its dependencies could not be resolved");
        assertThat(failure("Unrecognized option")).isEqualTo("Unrecognized option");
        assertThat(peers("list").out()).as("nothing is half installed").contains("not installed");
    }

    /** What setup says after Maven has printed this error. */
    private String failure(String error) throws IOException {
        String text =
                """
                #!/bin/sh
                printf '\\033[0m[INFO] Scanning for projects...\\n'
                echo '[ERROR] %s'
                echo '[ERROR] '
                echo '[ERROR] Re-run Maven using the -X switch'
                exit 1
                """
                        .replace("%s", error);
        Cli failed = maven(program("mvn", text).toString(), "setup", "frob");
        assertThat(failed.status()).isEqualTo(2);
        assertThat(failed.out()).as("without codes of colors").contains("\n  [INFO] Scanning for projects...\n");
        String start = "peer 'frob': Maven cannot fetch the libraries: ";
        assertThat(failed.err()).startsWith(start).hasLineCount(1);
        return failed.err().substring(start.length()).strip();
    }

    @Test
    void checksThatAPeerAgrees() throws IOException {
        Check check = Check.of(Net.named("mlp1"), folder.resolve("check"));
        program(
                "fake.sh",
                """
                #!/bin/sh
                # chainrule-peer: fake — knows the answers
                while read -r request; do
                  case $request in
                    *'"mode":"train"'*) echo '{"losses":TRAINING}' ;;
                    *) echo '{"losses":[INFERENCE]}' ;;
                  esac
                done
                """
                        .replace("TRAINING", check.training().toString())
                        .replace("INFERENCE", String.valueOf(check.inference())));
        Cli agrees = peers("check", "--net", "mlp1");
        assertThat(agrees.status()).as(agrees.out()).isZero();
        assertThat(agrees.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly("fake mlp1 train agrees", "fake mlp1 infer agrees");
    }

    @Test
    void reportsAPeerThatComputesSomethingElse() throws IOException {
        answers("{\"losses\":[2.0,1.0,0.5]}");
        Cli differs = peers("check", "fake", "--net", "mlp1");
        assertThat(differs.status()).isEqualTo(1);
        assertThat(differs.out()).contains("computes something else: the losses of its check are [2.0, 1.0, 0.5]");
    }

    @Test
    void reportsWhatAPeerCannotDo() throws IOException {
        answers("{\"error\":\"only infers\"}");
        Cli cannot = peers("check", "fake", "--net", "mlp1");
        assertThat(cannot.status()).isZero();
        assertThat(cannot.out()).contains("cannot: only infers");
    }

    @Test
    void reportsAPeerThatCrashes() throws IOException {
        program(
                "fake.sh",
                "#!/bin/sh\n# chainrule-peer: fake — crashes\nread -r request\necho 'out of luck' >&2\nexit 3\n");
        Cli crashes = peers("check", "fake", "--net", "mlp1");
        assertThat(crashes.status()).isEqualTo(1);
        assertThat(crashes.out()).contains("ended");
    }

    @Test
    void refusesBadInput() throws IOException {
        program("frob.py", FROB);
        assertThat(peers("setup", "forb").err()).contains("unknown peer 'forb', expected frob, frob-tuned");
        assertThat(peers("check", "frob").err()).contains("peer 'frob' is not installed: ./run peers setup frob");
        assertThat(peers("check").err()).contains("no peer is installed: ./run peers setup NAME");
        assertThat(peers("check", "frob", "--threads", "-1").err()).contains("--threads -1: expected at least 1");
        assertThat(peers("setup").status()).isEqualTo(2);
        Cli nothing = peers();
        assertThat(nothing.status()).isEqualTo(2);
        assertThat(nothing.err()).contains("expected a command: list, setup or check");
    }

    @Test
    void helpNamesTheCommands() {
        Cli help = peers("--help");
        assertThat(help.status()).isZero();
        assertThat(help.out()).contains("list", "setup", "check", "-Dchainrule.peers=DIR");
        assertThat(peers("setup", "--help").out()).contains("PIP_EXTRA_INDEX_URL", "PIP_RETRIES=0");
    }
}
