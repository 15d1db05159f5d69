package chainrule.experiments.cli;

import chainrule.backend.Setup;

import picocli.CommandLine.Option;

/** The options of backends that run on a device of their own. */
public final class DeviceOptions {
    @Option(
            names = "--device",
            paramLabel = "NAME",
            description =
                    "with --backend cuda: the number of the GPU, or emulated, which runs the same kernels on the CPU,"
                            + " slowly (default: 0)")
    String device = "";

    @Option(
            names = "--check",
            description = "with --device emulated: checks the kernels for races and wrong accesses; slower")
    boolean check;

    /** How the backend is wanted, with so many CPU threads. */
    public Setup setup(int threads) {
        return new Setup(threads, device, check);
    }
}
