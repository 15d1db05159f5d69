package chainrule.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Locale;
import java.util.Map;

class ContenderProcessTest {
    private static final String LOOP = "while read line; do case $line in *run*) %s;; *) %s;; esac; done; exit 0";

    /** A shell program that answers a description and a request to run. */
    private static Contender shell(String description, String run) {
        return new Contender(
                "fake",
                "fake",
                1,
                "",
                List.of("sh", "-c", String.format(Locale.ROOT, LOOP, run, description)),
                Map.of());
    }

    private static ContenderProcess start(Contender contender) {
        return ContenderProcess.start(contender, 5, 1);
    }

    @Test
    void readsLossesFactsAndWindows() {
        Contender fake =
                shell(
                        "echo 'a library prints'; echo '{\"losses\": [2.5, 2.25], \"facts\": {\"library\": \"1.0\"}}'",
                        "echo '{\"seconds\": 0.5, \"steps\": 4, \"cpuSeconds\": 0.9}'");
        try (ContenderProcess process = start(fake)) {
            Session.Ready ready = process.prepare(new JsonObject());
            assertThat(ready.losses()).containsExactly(2.5, 2.25);
            assertThat(ready.facts()).containsEntry("library", "1.0");
            Window window = process.run(0.5);
            assertThat(window.step()).isEqualTo(0.125);
            assertThat(window.cpuSeconds()).isEqualTo(0.9);
            assertThat(window.p99()).isZero();
        }
    }

    @Test
    void passesOnWhatTheContenderSaysIsWrong() {
        try (ContenderProcess process = start(shell("echo '{\"error\": \"no layer reshape\"}'", ":"))) {
            assertThatThrownBy(() -> process.prepare(new JsonObject()))
                    .isInstanceOf(ContenderFailure.class)
                    .hasMessage("no layer reshape");
        }
    }

    @Test
    void namesTheStatusAndTheLastLineOfACrash() {
        Contender crashing = shell("echo Traceback >&2; echo 'MemoryError: too large' >&2; exit 7", ":");
        try (ContenderProcess process = start(crashing)) {
            assertThatThrownBy(() -> process.prepare(new JsonObject()))
                    .hasMessage("ended with exit status 7: MemoryError: too large");
            assertThatThrownBy(() -> process.run(0.1)).isInstanceOf(ContenderFailure.class);
        }
    }

    @Test
    void endsAContenderThatHangs() {
        try (ContenderProcess process = ContenderProcess.start(shell("sleep 60", ":"), 0.2, 0.2)) {
            assertThatThrownBy(() -> process.prepare(new JsonObject())).hasMessage("did not answer within 0 s");
        }
    }

    @Test
    void refusesAnswersThatAreNotWindows() {
        for (String answer :
                List.of("{\"seconds\": 0, \"steps\": 4}", "{\"seconds\": 1}", "{\"seconds\": 1e999}", "{")) {
            try (ContenderProcess process = start(shell("echo '{}'", "echo '" + answer + "'"))) {
                process.prepare(new JsonObject());
                assertThatThrownBy(() -> process.run(0.1)).as(answer).isInstanceOf(ContenderFailure.class);
            }
        }
    }

    @Test
    void saysThatThereIsNoSuchProgram() {
        Contender none = new Contender("none", "none", 1, "", List.of("/no/such/program"), Map.of());
        assertThatThrownBy(() -> start(none))
                .isInstanceOf(ContenderFailure.class)
                .hasMessageStartingWith("cannot be started");
    }
}
