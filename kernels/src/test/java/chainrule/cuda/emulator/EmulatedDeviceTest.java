package chainrule.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;

import org.junit.jupiter.api.Test;

class EmulatedDeviceTest {
    @Test
    void addsVectors() {
        try (TestDevice device = new TestDevice("sound.ptx", Settings.standard())) {
            int n = 1000;
            float[] x = new float[n];
            float[] y = new float[n];
            for (int i = 0; i < n; i++) {
                x[i] = i;
                y[i] = 1000 - i;
            }
            CUdeviceptr dy = device.upload(y);
            int result = device.run("saxpy", 4, 256, n, 2f, device.upload(x), dy);
            assertThat(result).isEqualTo(CUresult.CUDA_SUCCESS);
            float[] sum = device.download(dy, n);
            for (int i = 0; i < n; i++) {
                assertThat(sum[i]).isEqualTo(2 * x[i] + y[i]);
            }
        }
    }

    @Test
    void reports() {
        try (TestDevice device = new TestDevice("bugs.ptx", Settings.standard())) {
            int result = device.run("out_of_bounds", 1, 128, device.allocate(400), 100);
            System.out.println(result + " " + device.emulated().report());
        }
        try (TestDevice device = new TestDevice("bugs.ptx", Settings.standard())) {
            int result = device.run("partial_mask", 1, 32, device.allocate(400));
            System.out.println(result + " " + device.emulated().report());
        }
    }
}
