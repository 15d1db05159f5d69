#include "blas/handle.h"

#include "core/services.h"

namespace emulator {

BlasStatus checkScalar(const char* function, const Handle& handle, const char* name, const void* scalar) {
    bool onDevice = isDeviceAddress(scalar);
    if (onDevice == (handle.pointerMode == 1)) {
        return BLAS_SUCCESS;
    }
    report(INVALID_VALUE, format("%s: %s is on the %s, but the pointer mode says the %s", function, name,
                                 onDevice ? "device" : "host", onDevice ? "host" : "device"));
    return BLAS_INVALID_VALUE;
}

}  // namespace emulator

using namespace emulator;

#define HANDLE() \
    if (!isHandle(handle)) return BLAS_NOT_INITIALIZED

BLAS_API cublasCreate_v2(Handle** handle) {
    *handle = new Handle;
    return BLAS_SUCCESS;
}

BLAS_API cublasDestroy_v2(Handle* handle) {
    HANDLE();
    handle->alive = 0;
    delete handle;
    return BLAS_SUCCESS;
}

BLAS_API cublasGetVersion_v2(Handle*, int* version) {
    *version = 120600;
    return BLAS_SUCCESS;
}

BLAS_API cublasSetStream_v2(Handle* handle, void* stream) {
    HANDLE();
    handle->stream = stream;
    return BLAS_SUCCESS;
}

BLAS_API cublasGetStream_v2(Handle* handle, void** stream) {
    HANDLE();
    *stream = handle->stream;
    return BLAS_SUCCESS;
}

BLAS_API cublasSetPointerMode_v2(Handle* handle, int mode) {
    HANDLE();
    handle->pointerMode = mode;
    return BLAS_SUCCESS;
}

BLAS_API cublasGetPointerMode_v2(Handle* handle, int* mode) {
    HANDLE();
    *mode = handle->pointerMode;
    return BLAS_SUCCESS;
}

BLAS_API cublasSetMathMode(Handle* handle, int mode) {
    HANDLE();
    handle->mathMode = mode;
    return BLAS_SUCCESS;
}

BLAS_API cublasGetMathMode(Handle* handle, int* mode) {
    HANDLE();
    *mode = handle->mathMode;
    return BLAS_SUCCESS;
}

BLAS_API cublasSetAtomicsMode(Handle* handle, int mode) {
    HANDLE();
    handle->atomicsMode = mode;
    return BLAS_SUCCESS;
}

BLAS_API cublasGetAtomicsMode(Handle* handle, int* mode) {
    HANDLE();
    *mode = handle->atomicsMode;
    return BLAS_SUCCESS;
}

BLAS_API cublasSetWorkspace_v2(Handle* handle, void*, size_t) {
    HANDLE();
    return BLAS_SUCCESS;
}
