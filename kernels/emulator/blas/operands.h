// Checks of what is handed to cuBLAS, by its rules: column-major, leading dimensions, pointers to device memory.
#pragma once

#include <cstddef>

#include "core/status.h"

namespace emulator {

/// cublasStatus_t
enum BlasStatus : int {
    BLAS_SUCCESS = 0,
    BLAS_NOT_INITIALIZED = 1,
    BLAS_INVALID_VALUE = 7,
    BLAS_EXECUTION_FAILED = 13,
    BLAS_NOT_SUPPORTED = 15,
};

/// A matrix of rows x columns, each column `leading` elements after the last.
struct Matrix {
    const char* name;
    const float* data;
    int rows;
    int columns;
    int leading;
    long long stride = 0;  // to the matrix of the next batch

    /// Elements from the first to the last, with the gaps.
    size_t extent() const {
        return rows == 0 || columns == 0
                   ? 0
                   : static_cast<size_t>(leading) * (static_cast<size_t>(columns) - 1) + static_cast<size_t>(rows);
    }
};

/// Success, or a report of what is wrong with the matrix.
BlasStatus check(const char* function, const Matrix& matrix, int batches);

/// Success, or a report if the checker is on and the matrix holds what was never written.
Status checkWritten(const char* function, const Matrix& matrix, int batch);

}  // namespace emulator
