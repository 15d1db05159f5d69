#include "core/services.h"

#include "core/settings.h"
#include "driver/driver.h"
#include "execution/workers.h"
#include "memory/device_memory.h"

namespace emulator {

bool isDeviceMemory(const void* address, size_t bytes) {
    std::lock_guard<std::recursive_mutex> lock(mutex());
    return bytes == 0 || deviceMemory().find(address, bytes) != nullptr;
}

bool isDeviceAddress(const void* address) { return DeviceMemory::isDeviceAddress(address); }

std::string describeAddress(const void* address, size_t bytes) {
    std::lock_guard<std::recursive_mutex> lock(mutex());
    return deviceMemory().describe(address, bytes);
}

Status checkWritten(const void* address, size_t bytes) {
    if (!settings().check || deviceMemory().isWritten(address, bytes)) {
        return SUCCESS;
    }
    return report(LAUNCH_FAILED, "uninitialized read: " + deviceMemory().describe(address, bytes));
}

void markWritten(const void* address, size_t bytes) { deviceMemory().markWritten(address, bytes); }

Status enqueue(void* stream, std::function<Status()> work) {
    std::lock_guard<std::recursive_mutex> lock(mutex());
    if (Status bad = notUsable("cublas")) return bad;
    return submit(streamOf(stream), std::move(work));
}

void parallelFor(size_t count, const std::function<void(size_t)>& job) { parallel(count, workerCount(), job); }

}  // namespace emulator
