package chainrule.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.cuda.emulator.Counters.Access;
import chainrule.cuda.emulator.Counters.Kernel;
import chainrule.cuda.emulator.Counters.Space;

import jcuda.driver.CUresult;

import org.junit.jupiter.api.Test;

/** The counts of kernels whose traffic is known. */
class CountersTest {
    private static final Settings COUNTED = Settings.standard().withCount(true);

    /** 1024 threads: each reads two floats and writes one, all of them neighbors. */
    @Test
    void countsSaxpyAsCoalesced() {
        try (TestDevice device = counted()) {
            int n = 1024;
            run(device, device.run("saxpy", 4, 256, n, 2f, device.upload(new float[n]), device.upload(new float[n])));
            Kernel saxpy = kernel(device, "saxpy");
            assertThat(saxpy.launches()).isEqualTo(1);
            assertThat(saxpy.blocks()).isEqualTo(4);
            assertThat(saxpy.threads()).isEqualTo(n);
            assertThat(saxpy.bytesRead()).isEqualTo(8 * n);
            assertThat(saxpy.bytesWritten()).isEqualTo(4 * n);
            assertThat(saxpy.distinctRead()).isEqualTo(8 * n);
            assertThat(saxpy.distinctWritten()).isEqualTo(4 * n);
            assertThat(saxpy.total(Space.GLOBAL, Access.READ).requests()).isEqualTo(2 * n / 32);
            assertThat(saxpy.coalescing()).isEqualTo(1);
            assertThat(saxpy.branches()).isEqualTo(n / 32);
            assertThat(saxpy.divergentBranches()).isZero();
        }
    }

    /** The weights are in constant memory: only the argument is read from global memory. */
    @Test
    void doesNotCountConstantMemory() {
        try (TestDevice device = counted()) {
            run(device, device.run("apply", 1, 32, 11, device.upload(new float[32]), device.allocate(128), 32));
            assertThat(kernel(device, "apply").bytesRead()).isEqualTo(128);
        }
    }

    /** x[2i] uses half of each sector it touches; even and odd threads diverge in every warp. */
    @Test
    void countsStridesAndDivergence() {
        try (TestDevice device = counted()) {
            int n = 256;
            run(device, device.run("strided", 1, n, device.upload(new float[2 * n]), device.allocate(4L * n), n));
            Kernel strided = kernel(device, "strided");
            assertThat(strided.divergentBranches()).isGreaterThanOrEqualTo(n / 32);
            assertThat(strided.coalescing()).isGreaterThan(1.9);
            assertThat(strided.distinctWritten()).isEqualTo(4 * n);
        }
    }

    /** A column of a 32 × 32 tile is in one bank: 32 accesses instead of one. With rows of 33 it is in 32 banks. */
    @Test
    void countsBankConflicts() {
        try (TestDevice device = counted()) {
            int size = 32;
            var in = device.upload(new float[size * size]);
            var out = device.allocate(4L * size * size);
            int[] one = {1, 1};
            run(device, device.run("transpose_conflicts", one, new int[] {32, 32}, 0, in, out, size));
            run(device, device.run("transpose", one, new int[] {32, 8}, 0, in, out, size, size));
            Kernel conflicts = kernel(device, "transpose_conflicts");
            assertThat(conflicts.bankConflicts()).isEqualTo(32 * 31);
            assertThat(conflicts.barriers()).isEqualTo(1);
            assertThat(conflicts.lines())
                    .filteredOn(line -> line.space() == Space.SHARED && line.access() == Access.READ)
                    .singleElement()
                    .satisfies(
                            line -> {
                                assertThat(line.requests()).isEqualTo(32);
                                assertThat(line.transactions()).isEqualTo(32 * 32);
                                assertThat(line.where()).startsWith("sound.cu:");
                            });
            assertThat(kernel(device, "transpose").bankConflicts()).isZero();
        }
    }

    /** The counts are the same in every order. */
    @Test
    void givesTheSameCountsInEveryOrder() {
        try (TestDevice device = counted()) {
            var x = device.upload(new float[3 * 301]);
            var y = device.allocate(4 * 3 * 301);
            device.run("softmax", new int[] {3, 1}, new int[] {96, 1}, 12, x, y, 301);
            Kernel forward = kernel(device, "softmax");
            device.emulated().resetCounters();
            device.emulated().configure(COUNTED.withOrder(Settings.Order.RANDOM));
            device.run("softmax", new int[] {3, 1}, new int[] {96, 1}, 12, x, y, 301);
            assertThat(kernel(device, "softmax")).isEqualTo(forward);
            assertThat(forward.barriers()).isEqualTo(9);
        }
    }

    private static TestDevice counted() {
        TestDevice device = new TestDevice(Kernels.SOUND, COUNTED);
        device.emulated().resetCounters();
        return device;
    }

    private static void run(TestDevice device, int result) {
        assertThat(result).as(device.emulated().report()).isEqualTo(CUresult.CUDA_SUCCESS);
    }

    private static Kernel kernel(TestDevice device, String name) {
        return device.emulated().counters().kernel(name).orElseThrow();
    }
}
