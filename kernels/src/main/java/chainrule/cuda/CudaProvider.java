package chainrule.cuda;

import chainrule.backend.Backend;
import chainrule.backend.provider.BackendProvider;
import chainrule.backend.provider.Finding;
import chainrule.backend.provider.KernelCost;
import chainrule.backend.provider.Setup;
import chainrule.cuda.emulator.EmulatedDevice;
import chainrule.cuda.emulator.EmulatorException;
import chainrule.cuda.emulator.Settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Offers the CUDA backend on an NVIDIA GPU, and on the emulated device if that is requested by name. The system property
 * {@code chainrule.cuda.products=own} turns cuBLAS off even where it is found.
 */
public final class CudaProvider implements BackendProvider {
    /** The device that runs the kernels on the CPU. */
    static final String EMULATED = "emulated";

    /** A batch so large that the work a block does only once is negligible. */
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
    public Optional<String> unavailableReason() {
        return unavailableReason(0);
    }

    /** Why that device cannot be used, in one sentence. Loads JCuda only if the driver's library is there. */
    private static Optional<String> unavailableReason(int device) {
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
    public Optional<String> unavailableReason(Setup setup) {
        if (setup.device().equals(EMULATED)) {
            return Optional.ofNullable(EmulatedDevice.unavailableReason());
        }
        if (setup.check()) {
            return Optional.of("the checker is part of the emulated device: add --device " + EMULATED);
        }
        int index = index(setup.device());
        return index < 0
                ? Optional.of("it has no device '" + setup.device() + "', expected a number or " + EMULATED)
                : unavailableReason(index).map(CudaProvider::explained);
    }

    /** The reason, what is missing for a GPU to work, what to do about it, and the alternative. */
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
            return reason; // nothing is missing: only the request is wrong
        }
        String emulated = EmulatedDevice.unavailableReason();
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

    /** The device's number, 0 if none is requested, −1 for anything that is not a number. */
    private static int index(String device) {
        return device.isEmpty() ? 0 : device.matches("\\d{1,3}") ? Integer.parseInt(device) : -1;
    }

    /** On the GPU; the number of CPU threads is ignored. */
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

    /** Counts on the emulated device, whatever device the backend runs on. */
    @Override
    public List<KernelCost> costs(Predicate<String> wanted, Consumer<KernelCost> progress) {
        EmulatedDevice device = emulatedDevice();
        device.configure(Settings.ofProperties().withCount(true));
        try (CudaBackend backend = new CudaBackend(new JCudaBinding(0, false), "emulated on the CPU, counting")) {
            return KernelCosts.count(device, backend, COUNTED_IMAGES, wanted, progress);
        } finally {
            device.configure(Settings.ofProperties());
        }
    }

    /** Builds the device if it is not built yet, with a message on standard error. */
    private static EmulatedDevice emulatedDevice() {
        try {
            return EmulatedDevice.load(System.err::println);
        } catch (EmulatorException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
