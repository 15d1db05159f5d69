package chainrule.cuda;

import chainrule.backend.Matrix;
import chainrule.cuda.CudaBinding.Function;
import chainrule.cuda.CudaBinding.Grid;
import chainrule.cuda.CudaBinding.Stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Launches kernels: takes the kernel, its arguments in order, then the shape of the launch.
 *
 * <pre>{@code launcher.on(Kernel.AXPY, n).i32(n).f32(alpha).buffers(x, y).elements(n);}</pre>
 *
 * A module is loaded when the first of its kernels is launched. The latest launches are remembered, because an error of a
 * kernel is reported only when the host next waits for the device; with {@code -Dchainrule.trace=true} it waits for every
 * launch.
 */
final class Launcher {
    /** Threads of a block, unless a kernel needs another number. */
    static final int BLOCK = 256;

    private static final int REMEMBERED = 5;
    private static final boolean TRACE = Boolean.getBoolean("chainrule.trace");

    private final CudaBinding cuda;
    private final Stream stream;
    private final Map<Kernel, Function> functions = new EnumMap<>(Kernel.class);
    private final Arguments arguments = new Arguments();
    private final Kernel[] lastKernels = new Kernel[REMEMBERED];
    private final int[][] lastShapes = new int[REMEMBERED][];
    private long launches;

    Launcher(CudaBinding cuda, Stream stream) {
        this.cuda = cuda;
        this.stream = stream;
    }

    /** @param shape what the kernel works on, for messages */
    Launcher on(Kernel kernel, int... shape) {
        int at = (int) (launches % REMEMBERED);
        lastKernels[at] = kernel;
        lastShapes[at] = shape;
        arguments.clear();
        return this;
    }

    Launcher i32(int value) {
        arguments.putInt(value);
        return this;
    }

    Launcher f32(double value) {
        arguments.putFloat((float) value);
        return this;
    }

    Launcher f64(double value) {
        arguments.putDouble(value);
        return this;
    }

    /** The addresses of operands; null for one that the kernel leaves out. */
    Launcher buffers(Matrix... operands) {
        for (Matrix operand : operands) {
            address(DeviceArray.addressOrNull(operand));
        }
        return this;
    }

    Launcher address(long address) {
        arguments.putLong(address);
        return this;
    }

    Launcher geometry(Geometry geometry) {
        geometry.put(arguments);
        return this;
    }

    Launcher divisor(Divisor divisor) {
        divisor.put(arguments.begin());
        return this;
    }

    /** The arguments themselves, for structs. */
    Arguments arguments() {
        return arguments;
    }

    /** An elementwise launch over n elements: four per thread, and one thread for each of the rest. */
    void elements(int n) {
        threads(n / 4 + n % 4);
    }

    /** At least that many threads, in blocks of 256. */
    void threads(int count) {
        grid(new Grid(Math.ceilDiv(count, BLOCK), 1, 1), BLOCK, 0);
    }

    /**
     * The number of blocks that share a sum over n elements. Each thread takes about 16; the number depends on n alone, and so
     * do the bits of the sum.
     */
    static int blocksOfASum(int n) {
        return Math.clamp(Math.ceilDiv(n, 16 * BLOCK), 1, 1024);
    }

    /** That many blocks of 256 threads. */
    void blocks(int count) {
        grid(new Grid(count, 1, 1), BLOCK, 0);
    }

    void grid(Grid grid, int threads, int sharedBytes) {
        if (grid.x() == 0 || grid.y() == 0 || grid.z() == 0) {
            return; // CUDA refuses launches without blocks
        }
        int at = (int) (launches % REMEMBERED);
        try {
            cuda.launch(function(lastKernels[at]), grid, threads, sharedBytes, arguments, stream);
            launches++;
            if (TRACE) {
                cuda.synchronize(stream);
            }
        } catch (CudaException e) {
            throw new CudaException(describe(at), e);
        }
    }

    /** The number of kernels launched so far. */
    long launches() {
        return launches;
    }

    /** The latest kernels, newest first: an error that has just been reported is of one of them. */
    String recent() {
        StringBuilder text = new StringBuilder();
        for (long i = launches - 1; i >= Math.max(0, launches - REMEMBERED); i--) {
            text.append(text.isEmpty() ? "" : ", ").append(describe((int) (i % REMEMBERED)));
        }
        return text.isEmpty() ? "none" : text.toString();
    }

    private String describe(int at) {
        StringBuilder text = new StringBuilder(lastKernels[at].entry());
        String by = " of ";
        for (int size : lastShapes[at]) {
            text.append(by).append(size);
            by = " × ";
        }
        return text.toString();
    }

    private Function function(Kernel kernel) {
        Function function = functions.get(kernel);
        if (function == null) {
            List<Kernel> all = Kernel.of(kernel.module());
            List<Function> loaded = cuda.load(ptx(kernel.module()), all.stream().map(Kernel::entry).toList());
            for (int i = 0; i < all.size(); i++) {
                functions.put(all.get(i), loaded.get(i));
            }
            function = functions.get(kernel);
        }
        return function;
    }

    /** The committed PTX of a module. */
    static byte[] ptx(String module) {
        try (InputStream in = Launcher.class.getResourceAsStream(module + ".ptx")) {
            if (in == null) {
                throw new IllegalStateException(module + ".ptx is missing; kernels/compile-ptx makes it");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
