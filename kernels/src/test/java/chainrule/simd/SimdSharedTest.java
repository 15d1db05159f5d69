package chainrule.simd;

import chainrule.backend.Backend;
import chainrule.backend.SharedBackendContract;

class SimdSharedTest extends SharedBackendContract {
    @Override
    protected Backend create() {
        return new SimdBackend(2);
    }
}
