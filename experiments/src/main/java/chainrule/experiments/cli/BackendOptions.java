package chainrule.experiments.cli;

import chainrule.backend.provider.Backends;

import picocli.CommandLine.Option;

/** The backend of a command that runs a saved model. */
public final class BackendOptions {
    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = Backends.BEST,
            description = "reference, ejml, simd or best (default: ${DEFAULT-VALUE})")
    String backend;

    /** @throws IllegalArgumentException if the backend is unknown or does not work on this machine */
    public Backends.Choice open(int threads) {
        return Backends.open(backend, threads);
    }
}
