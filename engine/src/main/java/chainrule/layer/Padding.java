package chainrule.layer;

/** The padding of a convolution at the border of an image. */
public enum Padding {
    /** Zeros, just enough that every stride-th pixel gets an output: out = ⌈in / stride⌉. */
    SAME,
    /** Nothing: the kernel stays inside, so the image shrinks: out = ⌊(in − kernel) / stride⌋ + 1. */
    VALID
}
