package chainrule.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
    @ParameterizedTest
    @ValueSource(strings = {Kernels.BUGS, Kernels.SOUND})
    void areCompiledFromTheCurrentSources(String name) {
        assertThat(TestDevice.resource(name + ".ptx").lines().limit(2))
                .as("%s.ptx is older than %s.cu: run kernels/compile-ptx", name, name)
                .contains(Kernels.sourceHash(name));
    }
}
