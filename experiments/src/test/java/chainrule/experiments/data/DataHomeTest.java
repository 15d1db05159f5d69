package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

class DataHomeTest {
    private static Path folder(String system, String... environment) {
        Map<String, String> variables = new HashMap<>();
        for (String variable : environment) {
            variables.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
        }
        Map<String, String> properties = Map.of("os.name", system, "user.home", "/home/ada");
        return DataHome.folder(variables::get, properties::get);
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, /home/ada/.cache/chainrule",
        "FreeBSD, /home/ada/.cache/chainrule",
        "Mac OS X, /home/ada/Library/Caches/chainrule",
        "Windows 11, /home/ada/AppData/Local/chainrule",
    })
    void findsTheCacheOfEverySystem(String system, String expected) {
        assertThat(folder(system)).isEqualTo(Path.of(expected));
        assertThat(folder(system, "CHAINRULE_DATA=/data", "XDG_CACHE_HOME=/x", "LOCALAPPDATA=/y"))
                .isEqualTo(Path.of("/data").toAbsolutePath());
        assertThat(folder(system, "CHAINRULE_DATA=", "CHAINRULE_DATA= ")).isEqualTo(Path.of(expected));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void respectsOtherCacheFolders() {
        assertThat(folder("Linux", "XDG_CACHE_HOME=/fast/cache")).isEqualTo(Path.of("/fast/cache/chainrule"));
        assertThat(folder("Linux", "XDG_CACHE_HOME=relative")).isEqualTo(Path.of("/home/ada/.cache/chainrule"));
        assertThat(folder("Windows 11", "LOCALAPPDATA=/local")).isEqualTo(Path.of("/local/chainrule"));
        assertThat(folder("Linux", "CHAINRULE_DATA=relative")).isEqualTo(Path.of("relative").toAbsolutePath());
    }

    @Test
    void realFolderIsAbsolute() {
        assertThat(DataHome.folder()).isAbsolute();
    }
}
