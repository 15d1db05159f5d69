package chainrule.backend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A function added to the table is a compile error until every backend of this module provides it. */
class AddedFunctionTest {
    @Test
    void doesNotCompileWithoutAnImplementation(@TempDir Path output) throws IOException {
        AddedFunction.assertRejected(Path.of("src/main/java"), output, List.of(), "EjmlFunctions.java");
    }
}
