package chainrule.backend;

import chainrule.backend.ejml.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Nested;

/** Threads that share a backend of the engine. */
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
