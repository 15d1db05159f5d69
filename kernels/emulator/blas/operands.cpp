#include "blas/operands.h"

#include <algorithm>
#include <cstdint>

#include "core/services.h"

namespace emulator {

BlasStatus check(const char* function, const Matrix& m, int batches) {
    std::string shape =
        format("%s: %s is %d x %d with leading dimension %d", function, m.name, m.rows, m.columns, m.leading);
    if (m.rows < 0 || m.columns < 0) {
        report(INVALID_VALUE, shape);
        return BLAS_INVALID_VALUE;
    }
    if (m.leading < std::max(1, m.rows)) {
        report(INVALID_VALUE, shape + format(": the leading dimension must be at least %d", std::max(1, m.rows)));
        return BLAS_INVALID_VALUE;
    }
    for (int batch : {0, batches - 1}) {
        const float* data = m.data + batch * m.stride;
        if (!isDeviceMemory(data, m.extent() * sizeof(float))) {
            std::string where = describeAddress(data, m.extent() * sizeof(float));
            report(ILLEGAL_ADDRESS, shape + format(" (%zu bytes): %s", m.extent() * sizeof(float), where.c_str()));
            return BLAS_EXECUTION_FAILED;
        }
    }
    return BLAS_SUCCESS;
}

Status checkWritten(const char* function, const Matrix& m, int batch) {
    const float* data = m.data + batch * m.stride;
    for (int column = 0; column < m.columns; column++) {
        const float* first = data + static_cast<size_t>(column) * static_cast<size_t>(m.leading);
        if (checkWritten(first, static_cast<size_t>(m.rows) * sizeof(float)) != SUCCESS) {
            return report(LAUNCH_FAILED, format("%s: %s, column %d of %d: uninitialized read: %s", function, m.name,
                                                column, m.columns, describeAddress(first, sizeof(float)).c_str()));
        }
    }
    return SUCCESS;
}

}  // namespace emulator
