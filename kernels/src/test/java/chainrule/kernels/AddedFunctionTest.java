package chainrule.kernels;

import chainrule.backend.AddedFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A new function in the table does not compile until each backend of this module implements it. */
class AddedFunctionTest {
    @Test
    void doesNotCompileWithoutABackendImplementation(@TempDir Path output) throws IOException {
        AddedFunction.assertRejected(
                Path.of("src/main/java"),
                output,
                List.of("--add-modules=jdk.incubator.vector"),
                "ActivationKernels.java",
                "Kernel.java");
    }
}
