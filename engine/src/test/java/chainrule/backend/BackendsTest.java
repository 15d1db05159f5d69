package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Choosing a backend, and what is said where it cannot be had as wanted. */
class BackendsTest {
    private static final Setup EMULATED = new Setup(1, "emulated", false);

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void aBackendIsOpenedByName(String name) {
        Backends.Choice choice = Backends.open(name, 2);
        try (Backend k = choice.backend()) {
            assertThat(k.name()).isEqualTo(name);
            assertThat(choice.reason()).isEqualTo("as asked");
        }
    }

    @Test
    void aBackendWithoutDevicesRefusesOne() {
        assertThatThrownBy(() -> Backends.open("ejml", EMULATED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "backend 'ejml' cannot be used here: it runs on the CPU and has no devices to choose or check");
        assertThatThrownBy(() -> Backends.open("reference", new Setup(1, "", true)))
                .hasMessageContaining("no devices to choose or check");
    }

    @Test
    void aDeviceNeedsTheNameOfItsBackend() {
        assertThatThrownBy(() -> Backends.open(Backends.BEST, EMULATED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "device 'emulated' was asked for, but not which backend's; name it, for example --backend"
                                + " cuda");
        assertThatThrownBy(() -> Backends.open(Backends.BEST, new Setup(1, "", true)))
                .hasMessageStartingWith("a check");
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        assertThatThrownBy(() -> Backends.open("tpu", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown backend 'tpu', expected best or one of ejml, reference");
    }

    @Test
    void everyProviderCanBeDiagnosed() {
        for (BackendProvider provider : Backends.providers()) {
            assertThat(provider.diagnose()).containsExactly(Finding.fine(provider.name(), "works here"));
        }
    }
}
