package chainrule.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The origin of a leak in its report. The test is outside the backend's package, because the report skips frames inside it. */
class LeakTraceTest {

    @Test
    void leakReportNamesTheAllocatingLine() {
        Backend backend = new ReferenceBackend();
        int line = new Throwable().getStackTrace()[0].getLineNumber() + 1;
        backend.allocate(5, "running mean");
        assertThatThrownBy(backend::close)
                .hasMessageContaining(
                        "LeakTraceTest.leakReportNamesTheAllocatingLine(LeakTraceTest.java:" + line + ")");
    }

    @Test
    void useAfterCloseNamesBothLines() {
        try (Backend backend = new ReferenceBackend()) {
            int line = new Throwable().getStackTrace()[0].getLineNumber() + 1;
            Buffer buffer = backend.allocate(5, "x");
            buffer.close();
            assertThatThrownBy(() -> backend.fill(buffer, 0))
                    .hasMessageContaining("(LeakTraceTest.java:" + line + ")")
                    .hasMessageContaining("(LeakTraceTest.java:" + (line + 1) + ")");
        }
    }

    /** The program of the JVM that the test below starts. */
    static final class Leak {
        public static void main(String[] args) {
            Backend backend = new ReferenceBackend();
            backend.allocate(5, "running mean");
            backend.close();
        }
    }

    @Test
    void leakReportWithoutTracingSaysHowToTrace() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Leak.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output)
                .contains("1 buffer(s) leaked: 'running mean' (5 elements)")
                .contains("run with -Dchainrule.trace=true to see where");
    }
}
