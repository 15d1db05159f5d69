package chainrule.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InkTest {
    @Test
    void colorsTextOnTerminalsOnly() {
        assertThat(Ink.BAD.on("missing", true)).isEqualTo("\u001b[31mmissing\u001b[0m");
        assertThat(Ink.BAD.on("missing", false)).isEqualTo("missing");
        assertThat(Ink.GOOD.on("ok")).as("standard output is a file here").isEqualTo("ok");
    }

    @Test
    void wrapsBetweenWordsAndIndents() {
        assertThat(Ink.wrap("one two three four", 14, 4)).isEqualTo("one two\n    three four");
        assertThat(Ink.wrap("a-word-that-is-longer-than-a-line b", 10, 2))
                .isEqualTo("a-word-that-is-longer-than-a-line\n  b");
        assertThat(Ink.wrap("short", 80, 0)).isEqualTo("short");
        assertThat(Ink.wrap("", 80, 4)).isEmpty();
    }
}
