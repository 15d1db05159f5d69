package chainrule.simd;

import chainrule.backend.Backend;
import chainrule.train.ThreadsContract;

class SimdThreadsTest extends ThreadsContract {
    @Override
    protected Backend create(int threads) {
        return new SimdBackend(threads);
    }
}
