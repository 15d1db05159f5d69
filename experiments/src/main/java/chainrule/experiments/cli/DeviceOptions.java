package chainrule.experiments.cli;

import chainrule.backend.provider.Setup;

import picocli.CommandLine.Option;

/** The options of backends that run on a separate device. */
public final class DeviceOptions {
    @Option(
            names = "--device",
            order = 2,
            paramLabel = "NAME",
            description =
                    "with --backend cuda: the number of the GPU, or emulated, which runs the same kernels on the CPU,"
                            + " slowly (default: 0)")
    String device = "";

    @Option(
            names = "--check",
            order = 2,
            description = "with --device emulated: checks the kernels for races and wrong accesses; slower")
    boolean check;

    /** The setup of the backend. */
    public Setup setup(int threads) {
        return new Setup(threads, device, check);
    }
}
