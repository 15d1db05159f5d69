// The windows of a batch of images as rows of a matrix, and back.
//
//   im2col           columns[(image, i, j), (ki, kj, c)] = x at that tap, 0 outside     writes pixels·taps·channels floats
//   im2col_gradient  dx += the taps of every row of columns, put back                   reads as many, and dx; writes dx
//
// im2col reads each input element once for every window that covers it: from memory once, then from a cache. Its gradient
// has one thread per input element, which collects from the windows that cover it, in order: always the same bits, and no
// atomic addition.
//
// Launch: im2col one thread for each pixel, tap and four channels (one where four do not divide them), its gradient one
// thread for each input pixel and four channels; blocks of 256.
#include "images.cuh"

KERNEL im2col(Geometry g, const float* __restrict__ x, float* __restrict__ columns) {
    unsigned rows = g.images * g.outHeight * g.outWidth * g.byTaps.divisor;
    eachPixel(g, rows, [&](auto w, unsigned row, int channel) {
        unsigned n = row;
        int tap = takeOff(n, g.byTaps);
        Pixel p = outputPixel(g, n);
        int ki = g.byKernelWidth.quotient(tap);
        int i = p.i * g.strideHeight - g.padTop + ki;
        int j = p.j * g.strideWidth - g.padLeft + tap - ki * g.kernelWidth;
        Pack<w.size> value = {};
        if (i >= 0 && i < g.height && j >= 0 && j < g.width) {
            value = load(w, x, inputAt(g, p.image, i, j) + channel);
        }
        store(w, columns, static_cast<size_t>(row) * g.channels + channel, value);
    });
}

KERNEL im2col_gradient(Geometry g, const float* __restrict__ columns, float* __restrict__ dx) {
    unsigned pixels = g.images * g.height * g.width;
    eachPixel(g, pixels, [&](auto w, unsigned pixel, int channel) {
        Pixel in = inputPixel(g, pixel);
        Range outRows = rowsCovering(g, in.i), outColumns = columnsCovering(g, in.j);
        size_t at = static_cast<size_t>(pixel) * g.channels + channel;
        auto sum = load(w, dx, at);
        for (int i = outRows.from; i < outRows.to; i++) {
            int ki = in.i + g.padTop - i * g.strideHeight;
            for (int j = outColumns.from; j < outColumns.to; j++) {
                int tap = ki * g.kernelWidth + in.j + g.padLeft - j * g.strideWidth;
                int taps = g.byTaps.divisor * g.channels;
                auto value = load(w, columns, outputAt(g, in.image, i, j, taps) + tap * g.channels + channel);
                for (int k = 0; k < w.size; k++) {
                    sum[k] += value[k];
                }
            }
        }
        store(w, dx, at, sum);
    });
}
