package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.ejml.EjmlBackend;

class EjmlThreadsTest extends ThreadsContract {
    @Override
    protected Backend create(int threads) {
        return new EjmlBackend(threads);
    }
}
