package chainrule.backend.ejml;

import chainrule.backend.Backend;
import chainrule.backend.BackendContractTest;

class EjmlBackendTest extends BackendContractTest {
    @Override
    protected Backend create(int threads) {
        return new EjmlBackend(threads);
    }
}
