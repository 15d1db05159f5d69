package chainrule.backend;

/** The primitives of a backend, one object for each family. */
public record Families(
        MatrixPrimitives matrices,
        ElementwisePrimitives elementwise,
        ImagePrimitives images,
        NormalizationPrimitives normalization,
        LossPrimitives losses,
        UpdatePrimitives updates,
        RandomPrimitives random) {}
