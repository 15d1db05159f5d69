// Catches kernels that touch memory which is not there.
#pragma once

namespace emulator {

/// Takes over SIGSEGV and SIGBUS; those that do not come from a kernel go on to the handler before (the JVM's).
void installFaultHandler();

/// Gives this CPU thread a stack for signal handlers: a kernel may have overflown its own.
void prepareThreadForFaults();

}  // namespace emulator
