// cublasHandle_t
#pragma once

#include "blas/operands.h"

#define BLAS_API extern "C" EMULATOR_EXPORT int

namespace emulator {

struct Handle {
    static constexpr int kAlive = 0xB1A5;

    int alive = kAlive;
    void* stream = nullptr;
    int pointerMode = 0;  // 0: scalars are on the host, 1: on the device
    int mathMode = 0;
    int atomicsMode = 0;
};

inline bool isHandle(const Handle* handle) { return handle != nullptr && handle->alive == Handle::kAlive; }

/// Success if the scalar is on the side that the pointer mode says.
BlasStatus checkScalar(const char* function, const Handle& handle, const char* name, const void* scalar);

}  // namespace emulator
