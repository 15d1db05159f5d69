package chainrule.layer;

/** What a convolution sees beyond the border of its image. */
public enum Padding {
    /** Zeros, just enough that every stride-th pixel gets an output: out = ⌈in / stride⌉. */
    SAME,
    /** Nothing: the kernel stays inside, so the image shrinks: out = ⌊(in − kernel) / stride⌋ + 1. */
    VALID
}
