package chainrule.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FatalErrorTest {
    private static String message(Error e) {
        return FatalError.message(e, null);
    }

    @Test
    void namesTheExhaustedResource() {
        assertThat(message(new OutOfMemoryError("Java heap space"))).contains("heap", "-Xmx");
        assertThat(message(new OutOfMemoryError("unable to create native thread: possibly out of memory")))
                .contains("--threads")
                .doesNotContain("-Xmx");
        assertThat(message(new OutOfMemoryError("Requested array size exceeds VM limit"))).contains("array");
        assertThat(message(new OutOfMemoryError())).contains("heap");
        assertThat(message(new StackOverflowError())).contains("-Xss");
    }

    @Test
    void namesTheRootOfALinkageErrorInOneLine() {
        Error broken = new ExceptionInInitializerError(new UnsatisfiedLinkError("libx.so: cannot open\nline 2"));
        assertThat(message(broken)).contains("libx.so: cannot open", "./run doctor").hasLineCount(1);
        assertThat(message(new NoClassDefFoundError("java/awt/Font"))).contains("java/awt/Font").hasLineCount(1);
    }

    @Test
    void findsTheErrorWrappedByALibrary() {
        Error inner = new OutOfMemoryError("Java heap space");
        assertThat(FatalError.causeOf(new IllegalStateException(new RuntimeException(inner)))).contains(inner);
        assertThat(FatalError.causeOf(new IllegalStateException("a bug"))).isEmpty();
        assertThat(FatalError.causeOf(new RuntimeException(new AssertionError()))).isEmpty();
    }
}
