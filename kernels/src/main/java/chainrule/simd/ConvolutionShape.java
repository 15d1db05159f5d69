package chainrule.simd;

import chainrule.backend.Window;

/** The sizes of a convolution: a window over a batch of images, and the number of filters. */
record ConvolutionShape(Window window, int images, int filters) {}
