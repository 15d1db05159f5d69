package chainrule.backend;

import chainrule.backend.check.ObservedBackend;

import java.util.Set;

/** A backend that notes the name of every method of {@link Backend} that is called on it. */
final class RecordingBackend extends ObservedBackend {
    /**
     * The methods that {@link Backend} implements alone, on its {@link Memory}, so that no backend sees the call. Every test
     * of the contract uses them: its operands are allocated in a scope.
     */
    static final Set<String> NOT_RECORDED = Set.of("memory", "openScope", "allocate");

    private final Set<String> called;

    RecordingBackend(Backend backend, Set<String> called) {
        super(
                backend,
                (primitive, _, run) -> {
                    called.add(publicName(primitive));
                    run.run();
                });
        this.called = called;
    }

    /** The method of {@link Backend} that a test called and that led to a primitive of another name: scale to axpy. */
    private static String publicName(String primitive) {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(
                        frames ->
                                frames.dropWhile(f -> f.getDeclaringClass() != Backend.class)
                                        .takeWhile(f -> f.getDeclaringClass() == Backend.class)
                                        .map(StackWalker.StackFrame::getMethodName)
                                        .reduce((_, outer) -> outer))
                .orElse(primitive);
    }

    @Override
    public String name() {
        called.add("name");
        return super.name();
    }

    @Override
    public String description() {
        called.add("description");
        return super.description();
    }

    @Override
    public double unitRoundoff() {
        called.add("unitRoundoff");
        return super.unitRoundoff();
    }

    @Override
    public void synchronize() {
        called.add("synchronize");
        super.synchronize();
    }

    @Override
    public boolean inPlaceGradients() {
        called.add("inPlaceGradients");
        return super.inPlaceGradients();
    }

    @Override
    public void close() {
        called.add("close");
        super.close();
    }
}
