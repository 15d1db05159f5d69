// The rest of cuBLAS: see cuda_stubs.cpp.
#include "blas/operands.h"

#define STUB(function)                                                           \
    extern "C" EMULATOR_EXPORT __attribute__((weak)) int function() {            \
        emulator::report(emulator::NOT_SUPPORTED, #function " is not emulated"); \
        return emulator::BLAS_NOT_SUPPORTED;                                     \
    }

#include "stubs/cublas_functions.inc"
