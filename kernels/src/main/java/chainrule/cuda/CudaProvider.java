package chainrule.cuda;

import chainrule.backend.Backend;
import chainrule.backend.BackendProvider;
import chainrule.backend.Finding;
import chainrule.backend.KernelCost;
import chainrule.backend.Setup;
import chainrule.cuda.emulator.EmulatedDevice;
import chainrule.cuda.emulator.EmulatorException;
import chainrule.cuda.emulator.Settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Offers the CUDA backend on an NVIDIA GPU, and on the emulated device where that is asked for by name. The system
 * property {@code chainrule.cuda.products=own} keeps cuBLAS out even where it is found.
 */
public final class CudaProvider implements BackendProvider {
    /** The device that runs the kernels on the CPU. */
    static final String EMULATED = "emulated";

    /** A batch large enough that what a block does once hardly counts. */
    private static final int COUNTED_IMAGES = 16;

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public int rank() {
        return 30;
    }

    @Override
    public Optional<String> obstacle() {
        return obstacle(0);
    }

    /** In one sentence why that device cannot be had. JCuda is touched only when the driver's library is there. */
    private static Optional<String> obstacle(int device) {
        if (!Doctor.supportedPlatform()) {
            return Optional.of("CUDA runs on Linux on x86-64 only");
        }
        if (EmulatedDevice.isLoaded()) {
            return Optional.of("this process runs the emulated device, which is never taken for a GPU");
        }
        if (!NativeLibrary.load(Doctor.CUDA).loaded()) {
            return Optional.of("no NVIDIA driver (" + Doctor.CUDA + " is not there)");
        }
        try {
            int count = JCudaBinding.devices();
            if (device >= count) {
                return Optional.of(count == 0 ? "no NVIDIA GPU" : "no device " + device + ", only " + count);
            }
            Device found = JCudaBinding.device(device);
            return found.supported()
                    ? Optional.empty()
                    : Optional.of(found.name() + " is older than the kernels: " + found.capability() + ", not 7.5");
        } catch (LinkageError | CudaException e) {
            return Optional.of("the NVIDIA driver does not work: " + e.getMessage());
        }
    }

    @Override
    public Optional<String> obstacle(Setup setup) {
        if (setup.device().equals(EMULATED)) {
            return Optional.ofNullable(EmulatedDevice.obstacle());
        }
        if (setup.check()) {
            return Optional.of("the checker is part of the emulated device: add --device " + EMULATED);
        }
        int index = index(setup.device());
        return index < 0
                ? Optional.of("it has no device '" + setup.device() + "', expected a number or " + EMULATED)
                : obstacle(index).map(CudaProvider::explained);
    }

    /** The reason, what is missing for a GPU to work and what to do, and how to do without one. */
    private static String explained(String reason) {
        List<String> lines = new ArrayList<>(List.of(reason));
        for (Finding finding : Doctor.examine()) {
            if (finding.verdict() == Finding.Verdict.MISSING) {
                lines.add("  " + finding.subject() + ": " + finding.found());
                if (!finding.advice().isEmpty()) {
                    lines.add("    → " + finding.advice());
                }
            }
        }
        if (lines.size() == 1) {
            return reason; // all is well but for what was asked
        }
        String emulated = EmulatedDevice.obstacle();
        lines.add(
                emulated == null
                        ? "  Without a GPU, --device " + EMULATED + " runs the same kernels on the CPU, slowly."
                        : "  Without a GPU, --device "
                                + EMULATED
                                + " would run the kernels on the CPU, but "
                                + emulated);
        lines.add("  ./run doctor says more.");
        return String.join("\n", lines);
    }

    /** The device's number, 0 if none was asked for, −1 if it is no number. */
    private static int index(String device) {
        return device.isEmpty() ? 0 : device.matches("\\d{1,3}") ? Integer.parseInt(device) : -1;
    }

    /** On the GPU; the number of CPU threads means nothing to it. */
    @Override
    public Backend create(int threads) {
        return create(Setup.of(threads));
    }

    @Override
    public Backend create(Setup setup) {
        boolean products = !System.getProperty("chainrule.cuda.products", "").equals("own");
        if (setup.device().equals(EMULATED)) {
            EmulatedDevice device = emulatedDevice();
            device.configure(Settings.ofProperties().withCheck(setup.check()));
            String how = "emulated on the CPU" + (setup.check() ? ", checked" : "");
            return new CudaBackend(new JCudaBinding(0, products), how);
        }
        CudaBinding cuda = new JCudaBinding(index(setup.device()), products);
        return new CudaBackend(cuda, cuda.device().name());
    }

    @Override
    public List<Finding> diagnose() {
        return Doctor.examine();
    }

    /** Counted on the emulated device, which need not be what the backend runs on. */
    @Override
    public List<KernelCost> costs(Predicate<String> wanted, Consumer<KernelCost> progress) {
        EmulatedDevice device = emulatedDevice();
        device.configure(Settings.ofProperties().withCount(true));
        try (CudaBackend k = new CudaBackend(new JCudaBinding(0, false), "emulated on the CPU, counting")) {
            return KernelCosts.count(device, k, COUNTED_IMAGES, wanted, progress);
        } finally {
            device.configure(Settings.ofProperties());
        }
    }

    /** Builds it where need be, telling so on standard error. */
    private static EmulatedDevice emulatedDevice() {
        try {
            return EmulatedDevice.load(System.err::println);
        } catch (EmulatorException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
