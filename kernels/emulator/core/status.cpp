#include "core/status.h"

#include <cstdarg>
#include <cstdio>
#include <mutex>

namespace emulator {

namespace {

struct Entry {
    Status status;
    const char* name;
    const char* text;
};

// Names and texts are the driver's own.
const Entry kEntries[] = {
    {SUCCESS, "CUDA_SUCCESS", "no error"},
    {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {INVALID_PTX, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"},
    {MISALIGNED_ADDRESS, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
    {LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
};

const Entry* find(Status status) {
    for (const Entry& entry : kEntries) {
        if (entry.status == status) {
            return &entry;
        }
    }
    return nullptr;
}

std::mutex lastMutex;
std::string& lastText() {
    static auto* text = new std::string;  // outlives every thread
    return *text;
}
Status lastStatus = SUCCESS;

}  // namespace

const char* nameOf(Status status) {
    const Entry* entry = find(status);
    return entry == nullptr ? nullptr : entry->name;
}

const char* textOf(Status status) {
    const Entry* entry = find(status);
    return entry == nullptr ? nullptr : entry->text;
}

Status report(Status status, const std::string& why) {
    std::lock_guard<std::mutex> lock(lastMutex);
    lastText() = why;
    lastStatus = status;
    return status;
}

const std::string& lastReport() {
    static thread_local std::string copy;
    std::lock_guard<std::mutex> lock(lastMutex);
    copy = lastText();
    return copy;
}

Status lastReportedStatus() {
    std::lock_guard<std::mutex> lock(lastMutex);
    return lastStatus;
}

void clearReport() { report(SUCCESS, ""); }

std::string format(const char* pattern, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, pattern);
    vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

}  // namespace emulator
