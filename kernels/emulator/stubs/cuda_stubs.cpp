// The rest of the driver API. JCuda binds its functions when they are first called, and a missing one would end the
// JVM: these are weak, so each gives way to the real one where there is one.
#include "core/status.h"

#define STUB(function)                                                                  \
    extern "C" EMULATOR_EXPORT __attribute__((weak)) int function() {                   \
        return emulator::report(emulator::NOT_SUPPORTED, #function " is not emulated"); \
    }

#include "stubs/cuda_functions.inc"
