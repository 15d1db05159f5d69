package chainrule.simd;

import static chainrule.backend.cpu.Float32Backend.f32;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.roundUp;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.backend.Window;
import chainrule.backend.cpu.Float32Images;

/** Convolutions: Winograd where the shape allows, else direct, else, for the input gradient of strides, as composed. */
interface SimdConvolution extends Float32Images {

    @Override
    default void convolution(Window w, int images, int filters, Buffer x, Buffer weight, Buffer bias, Buffer y) {
        float[] s = bias == null ? null : f32(bias);
        if (Winograd.suits(w, filters)) {
            Winograd.forward(workers(), w, images, filters, f32(x), f32(weight), s, f32(y));
        } else {
            float[] panels = DirectConvolution.pack(w, filters, f32(weight));
            DirectConvolution.forward(workers(), w, images, filters, f32(x), panels, s, f32(y));
        }
    }

    @Override
    default void convolutionInputGradient(Window w, int images, int filters, Buffer dy, Buffer weight, Target dx) {
        boolean turns =
                w.strideHeight() == 1
                        && w.strideWidth() == 1
                        && w.padTop() < w.kernelHeight()
                        && w.padLeft() < w.kernelWidth();
        if (!turns) {
            Float32Images.super.convolutionInputGradient(w, images, filters, dy, weight, dx);
            return;
        }
        Window t = DirectConvolution.transposed(w, filters);
        float[] dxv = f32(dx.buffer());
        float[] s = dx.accumulate() ? dxv : null;
        if (Winograd.suits(t, w.channels())) {
            float[] turned = Scratch.mine().array(Scratch.Use.PANEL_A, t.patchSize() * w.channels());
            DirectConvolution.turn(w, filters, f32(weight), turned, w.channels());
            Winograd.forward(workers(), t, images, w.channels(), f32(dy), turned, s, dxv);
        } else {
            int width = roundUp(w.channels(), WIDE);
            float[] panels = Scratch.mine().array(Scratch.Use.PANEL_B, t.patchSize() * width);
            DirectConvolution.turn(w, filters, f32(weight), panels, WIDE);
            DirectConvolution.forward(workers(), t, images, w.channels(), f32(dy), panels, s, dxv);
        }
    }

    @Override
    default void convolutionWeightGradient(Window w, int images, int filters, Buffer x, Buffer dy, Target dweight) {
        boolean accumulate = dweight.accumulate();
        float[] dw = f32(dweight.buffer());
        if (Winograd.suits(w, filters)) {
            WinogradWeightGradient.run(workers(), w, images, filters, f32(x), f32(dy), accumulate, dw);
        } else {
            DirectWeightGradient.run(workers(), w, images, filters, f32(x), f32(dy), accumulate, dw);
        }
    }
}
