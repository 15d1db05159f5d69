package chainrule.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where a leak is said to come from: outside the backends' package, because frames inside it are not named. */
class LeakTraceTest {

    @Test
    void aLeakNamesTheAllocatingLine() {
        Backend k = new ReferenceBackend();
        int line = new Throwable().getStackTrace()[0].getLineNumber() + 1;
        k.allocate(5, "running mean");
        assertThatThrownBy(k::close)
                .hasMessageContaining("LeakTraceTest.aLeakNamesTheAllocatingLine(LeakTraceTest.java:" + line + ")");
    }

    @Test
    void useAfterCloseNamesBothLines() {
        try (Backend k = new ReferenceBackend()) {
            int line = new Throwable().getStackTrace()[0].getLineNumber() + 1;
            Buffer buffer = k.allocate(5, "x");
            buffer.close();
            assertThatThrownBy(() -> k.fill(buffer, 0))
                    .hasMessageContaining("(LeakTraceTest.java:" + line + ")")
                    .hasMessageContaining("(LeakTraceTest.java:" + (line + 1) + ")");
        }
    }

    /** What the JVM below runs. */
    static final class Leak {
        public static void main(String[] args) {
            Backend k = new ReferenceBackend();
            k.allocate(5, "running mean");
            k.close();
        }
    }

    @Test
    void withoutTracingALeakSaysHowToTrace() throws IOException, InterruptedException {
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
                .contains("1 buffer(s) leaked: 'running mean' (5 numbers)")
                .contains("run with -Dchainrule.trace=true to see where");
    }
}
