// Initialization, devices and error texts.
#include <cstdio>
#include <cstring>
#include <map>

#include "core/settings.h"
#include "driver/driver.h"

using namespace emulator;

namespace {

constexpr int kDriverVersion = 12060;

// CUdevice_attribute and its value on a device of compute capability 7.5, for which our kernels are compiled.
const std::map<int, int> kAttributes = {
    {1, 1024},        // MAX_THREADS_PER_BLOCK
    {2, 1024},        // MAX_BLOCK_DIM_X
    {3, 1024},        // MAX_BLOCK_DIM_Y
    {4, 64},          // MAX_BLOCK_DIM_Z
    {5, 2147483647},  // MAX_GRID_DIM_X
    {6, 65535},       // MAX_GRID_DIM_Y
    {7, 65535},       // MAX_GRID_DIM_Z
    {8, 49152},       // MAX_SHARED_MEMORY_PER_BLOCK
    {9, 65536},       // TOTAL_CONSTANT_MEMORY
    {10, 32},         // WARP_SIZE
    {12, 65536},      // MAX_REGISTERS_PER_BLOCK
    {13, 1000000},    // CLOCK_RATE, kHz
    {16, 4},          // MULTIPROCESSOR_COUNT
    {39, 1024},       // MAX_THREADS_PER_MULTIPROCESSOR
    {40, 2},          // ASYNC_ENGINE_COUNT
    {41, 1},          // UNIFIED_ADDRESSING
    {75, 7},          // COMPUTE_CAPABILITY_MAJOR
    {76, 5},          // COMPUTE_CAPABILITY_MINOR
    {81, 65536},      // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
    {82, 65536},      // MAX_REGISTERS_PER_MULTIPROCESSOR
    {97, 65536},      // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
};

/// Keeps the text for ever: the caller gets a bare pointer.
const char* keep(const std::string& text) {
    static auto* kept = new std::set<std::string>;
    return kept->insert(text).first->c_str();
}

}  // namespace

API cuInit(unsigned flags) {
    if (flags != 0) {
        return INVALID_VALUE;
    }
    initialized() = true;
    return SUCCESS;
}

API cuDriverGetVersion(int* version) {
    *version = kDriverVersion;
    return SUCCESS;
}

API cuDeviceGetCount(int* count) {
    *count = 1;
    return initialized() ? SUCCESS : NOT_INITIALIZED;
}

API cuDeviceGet(int* device, int ordinal) {
    if (!initialized()) {
        return NOT_INITIALIZED;
    }
    *device = 0;
    return ordinal == 0 ? SUCCESS : INVALID_DEVICE;
}

API cuDeviceGetName(char* name, int size, int) {
    snprintf(name, static_cast<size_t>(size), "emulated device (CPU)");
    return SUCCESS;
}

API cuDeviceTotalMem_v2(size_t* bytes, int) {
    *bytes = settings().memory;
    return SUCCESS;
}

API cuDeviceComputeCapability(int* major, int* minor, int) {
    *major = kAttributes.at(75);
    *minor = kAttributes.at(76);
    return SUCCESS;
}

API cuDeviceGetAttribute(int* value, int attribute, int) {
    auto found = kAttributes.find(attribute);
    *value = found == kAttributes.end() ? 0 : found->second;
    return SUCCESS;
}

API cuGetErrorName(int status, const char** name) {
    *name = nameOf(static_cast<Status>(status));
    return *name == nullptr ? INVALID_VALUE : SUCCESS;
}

/// The driver's text and, after a colon, what the emulator knows beyond it.
API cuGetErrorString(int status, const char** text) {
    const char* known = textOf(static_cast<Status>(status));
    if (known == nullptr) {
        *text = nullptr;
        return INVALID_VALUE;
    }
    bool explained = status == lastReportedStatus() && !lastReport().empty();
    std::lock_guard<std::recursive_mutex> lock(mutex());
    *text = explained ? keep(std::string(known) + ": " + lastReport()) : known;
    return SUCCESS;
}

/// Private tables of the driver: libraries of the toolkit ask for them, and crash where this is missing.
API cuGetExportTable(const void** table, const void*) {
    *table = nullptr;
    return NOT_FOUND;
}
