package chainrule.backend.reference;

import chainrule.backend.Matrix;
import chainrule.backend.Philox;
import chainrule.backend.RandomPrimitives;

/** Random numbers, one element at a time. */
final class ReferenceRandom implements RandomPrimitives {

    @Override
    public void dropoutMask(long key, double rate, Matrix mask) {
        double[] m = mask.doubles();
        for (int i = 0; i < mask.elements(); i++) {
            m[i] = Philox.uniform(Philox.word(key, i)) >= (float) rate ? 1 / (1 - rate) : 0;
        }
    }
}
