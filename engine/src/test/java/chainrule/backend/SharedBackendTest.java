package chainrule.backend;

import chainrule.backend.cpu.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Nested;

/** Threads that share a backend of this module. */
class SharedBackendTest {
    @Nested
    class Reference extends SharedBackendContract {
        @Override
        protected Backend create() {
            return new ReferenceBackend();
        }
    }

    @Nested
    class Ejml extends SharedBackendContract {
        @Override
        protected Backend create() {
            return new EjmlBackend(2);
        }
    }
}
