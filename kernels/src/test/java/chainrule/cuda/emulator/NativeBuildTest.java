package chainrule.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeBuildTest {
    @Test
    void packsTheSourcesWithTheClasses() {
        Sources sources = Sources.packed();
        assertThat(sources.files()).containsKeys("ptx/runtime.h", "driver/driver.cpp", "blas/exports.map");
        assertThat(sources.units(true)).contains("blas/gemm.cpp").doesNotContain("driver/driver.cpp");
        assertThat(sources.units(false)).contains("driver/driver.cpp").doesNotContain("blas/gemm.cpp");
    }

    @Test
    void keyDependsOnTheCompilerAndTheSources() {
        Sources sources = Sources.packed();
        assertThat(sources.key("12.2")).isEqualTo(Sources.packed().key("12.2")).hasSize(16);
        assertThat(sources.key("12.2")).isNotEqualTo(sources.key("13.1"));
        sources.files().put("ptx/new.h", "");
        assertThat(sources.key("12.2")).isNotEqualTo(Sources.packed().key("12.2"));
    }

    @Test
    void explainsAMissingCompiler() {
        assertThatThrownBy(() -> NativeBuild.versionOf("no-such-compiler"))
                .isInstanceOf(EmulatorException.class)
                .hasMessageContaining("needs g++")
                .hasMessageContaining("apt install g++");
    }
}
