package chainrule.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.Map;

class SettingsTest {
    @Test
    void areReadFromSystemProperties() {
        with(
                Map.of("order", "reverse", "seed", "7", "lazy", "true", "count", "true", "threads", "2"),
                () ->
                        assertThat(Settings.ofProperties())
                                .isEqualTo(new Settings(Settings.Order.REVERSE, 7, true, false, true, 2)));
        assertThat(Settings.ofProperties()).isEqualTo(Settings.standard());
    }

    @Test
    void refusesAnUnknownOrder() {
        with(
                Map.of("order", "sideways"),
                () ->
                        assertThatThrownBy(Settings::ofProperties)
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining("SIDEWAYS"));
    }

    private static void with(Map<String, String> properties, Runnable test) {
        properties.forEach((name, value) -> System.setProperty(Settings.PREFIX + name, value));
        try {
            test.run();
        } finally {
            properties.keySet().forEach(name -> System.clearProperty(Settings.PREFIX + name));
        }
    }
}
