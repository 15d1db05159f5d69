package chainrule.backend.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The choice of a backend, and the messages where it is impossible. */
class BackendsTest {
    private static final Setup EMULATED = new Setup(1, "emulated", false);

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void opensByName(String name) {
        Backends.Choice choice = Backends.open(name, 2);
        try (Backend backend = choice.backend()) {
            assertThat(backend.name()).isEqualTo(name);
            assertThat(choice.reason()).isEqualTo("as asked");
        }
    }

    @Test
    void rejectsADeviceForABackendWithoutDevices() {
        assertThatThrownBy(() -> Backends.open("ejml", EMULATED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "backend 'ejml' cannot be used here: it runs on the CPU and has no devices to choose or check");
        assertThatThrownBy(() -> Backends.open("reference", new Setup(1, "", true)))
                .hasMessageContaining("no devices to choose or check");
    }

    @Test
    void rejectsADeviceWithoutTheNameOfItsBackend() {
        assertThatThrownBy(() -> Backends.open(Backends.BEST, EMULATED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "device 'emulated' was asked for, but not which backend's; name it, for example --backend"
                                + " cuda");
        assertThatThrownBy(() -> Backends.open(Backends.BEST, new Setup(1, "", true)))
                .hasMessageStartingWith("a check");
    }

    @Test
    void listsTheKnownNamesForAnUnknownOne() {
        assertThatThrownBy(() -> Backends.open("tpu", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown backend 'tpu', expected best or one of ejml, reference");
    }

    @Test
    void diagnosesEveryProvider() {
        for (BackendProvider provider : Backends.providers()) {
            assertThat(provider.diagnose()).containsExactly(Finding.fine(provider.name(), "works here"));
        }
    }
}
