package chainrule.bench.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class WarmUpTest {
    @Test
    void isWarmWhenTheLastThreeWindowsAgree() {
        assertThat(WarmUp.warm(List.of(9.0, 3.0, 1.0, 1.02, 1.01))).isTrue();
        assertThat(WarmUp.warm(List.of(1.0, 1.0, 1.0, 1.03, 1.01))).isFalse();
        assertThat(WarmUp.warm(List.of(1.04, 1.0, 1.0))).isFalse();
    }

    @Test
    void needsThreeWindows() {
        assertThat(WarmUp.warm(List.of())).isFalse();
        assertThat(WarmUp.warm(List.of(1.0, 1.0))).isFalse();
        assertThat(WarmUp.warm(List.of(0.0, 0.0, 0.0))).isFalse();
    }
}
