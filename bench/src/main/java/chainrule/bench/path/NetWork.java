package chainrule.bench.path;

import chainrule.backend.Window;
import chainrule.bench.contender.Net;
import chainrule.layer.Conv2d;
import chainrule.layer.Layer;
import chainrule.layer.Padding;
import chainrule.tensor.Shape;

/**
 * The arithmetic of a training step: matrix products and convolutions, forward, weight gradient and, for all layers but the
 * first, input gradient. Its traffic is not counted.
 */
final class NetWork {
    private NetWork() {}

    static Work of(Net net, String backend) {
        double nominal = net.flop(Net.BATCH);
        return Work.flop(nominal).executing(nominal - saved(net, backend));
    }

    private static Window window(Conv2d c, Shape image) {
        int kh = c.kernelHeight();
        int kw = c.kernelWidth();
        int sh = c.strideHeight();
        int sw = c.strideWidth();
        return c.padding() == Padding.SAME
                ? Window.same(image.size(0), image.size(1), image.size(2), kh, kw, sh, sw)
                : Window.valid(image.size(0), image.size(1), image.size(2), kh, kw, sh, sw);
    }

    /** The operations that Winograd's algorithm saves. */
    private static double saved(Net net, String backend) {
        double saved = 0;
        boolean first = true;
        Shape shape = net.input();
        for (Layer layer : net.layers()) {
            if (layer instanceof Conv2d c) {
                Window w = window(c, shape);
                double nominal = (double) w.outputPixels(Net.BATCH) * w.patchSize() * c.filters();
                if (PrimitiveSet.WINOGRAD.equals(backend)) {
                    saved += 4 * (nominal - WinogradRule.multiplyAdds(w, Net.BATCH, c.filters()));
                    saved += first ? 0 : 2 * (nominal - WinogradRule.inputGradient(w, Net.BATCH, c.filters()));
                }
                first = false;
            }
            shape = layer.outputShape(shape);
        }
        return saved;
    }
}
