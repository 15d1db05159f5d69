package chainrule.backend.reference;

import chainrule.backend.Backend;
import chainrule.backend.Families;
import chainrule.backend.Memory;

/**
 * The specification: float64, naive loops, one thread. Slow on purpose, so that each loop can be read next to its formula;
 * all other backends are tested against it, and gradient checks run on it. The loops are in this package, one class for
 * each family of primitives.
 */
public final class ReferenceBackend extends Backend {

    public ReferenceBackend() {
        Memory memory = Memory.ofDoubles();
        ReferenceMatrices matrices = new ReferenceMatrices();
        super(
                memory,
                new ReferenceTransfers(),
                new Families(
                        matrices,
                        new ReferenceElementwise(),
                        new ReferenceImages(memory, matrices),
                        new ReferenceNormalization(),
                        new ReferenceLosses(),
                        new ReferenceUpdates(),
                        new ReferenceRandom()));
    }

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String description() {
        return "float64, naive loops, 1 thread";
    }

    @Override
    public double unitRoundoff() {
        return 0x1p-53;
    }
}
