package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.cpu.EjmlBackend;

class EjmlThreadsTest extends ThreadsContract {
    @Override
    protected Backend create(int threads) {
        return new EjmlBackend(threads);
    }
}
