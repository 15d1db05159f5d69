// Copies and fills.
#include <algorithm>
#include <cstring>

#include "driver/driver.h"
#include "memory/device_memory.h"

using namespace emulator;

namespace {

enum Place { HOST, DEVICE };

Status checkOperand(const char* function, const void* address, size_t bytes, Place place) {
    bool right =
        place == DEVICE ? deviceMemory().find(address, bytes) != nullptr : !DeviceMemory::isDeviceAddress(address);
    if (right) {
        return SUCCESS;
    }
    std::string what = place == DEVICE ? deviceMemory().describe(address, bytes)
                                       : format("%p, a device address, as host memory", address);
    return report(INVALID_VALUE, format("%s of %zu bytes: %s", function, bytes, what.c_str()));
}

Status copy(const char* function, void* to, Place toPlace, const void* from, Place fromPlace, size_t bytes) {
    if (bytes == 0) {
        return SUCCESS;
    }
    if (Status bad = checkOperand(function, to, bytes, toPlace)) return bad;
    if (Status bad = checkOperand(function, from, bytes, fromPlace)) return bad;
    memmove(to, from, bytes);
    if (toPlace == DEVICE) {
        deviceMemory().copyWritten(to, fromPlace == DEVICE ? from : nullptr, bytes);
    }
    return SUCCESS;
}

/// Waits for all work, copies, and tells about a bad argument at once.
Status copyNow(const char* function, void* to, Place toPlace, const void* from, Place fromPlace, size_t bytes) {
    if (Status broken = finishAll()) {
        return broken;
    }
    return copy(function, to, toPlace, from, fromPlace, bytes);
}

/// Host memory that is not pinned is copied before the call returns, as the driver does.
Status copyLater(const char* function, void* to, Place toPlace, const void* from, Place fromPlace, size_t bytes,
                 void* handle) {
    Stream* stream = streamOf(handle);
    const void* host = toPlace == HOST ? to : fromPlace == HOST ? from : nullptr;
    if (host != nullptr && !isPinned(host, bytes)) {
        Status broken = finish(stream);
        return broken != SUCCESS ? broken : copy(function, to, toPlace, from, fromPlace, bytes);
    }
    return submit(stream, [=] { return copy(function, to, toPlace, from, fromPlace, bytes); });
}

template <class T>
Status fill(const char* function, void* to, T value, size_t count, void* handle) {
    return submit(streamOf(handle), [=] {
        if (count == 0) {
            return SUCCESS;
        }
        if (Status bad = checkOperand(function, to, count * sizeof(T), DEVICE)) return bad;
        std::fill_n(static_cast<T*>(to), count, value);
        deviceMemory().markWritten(to, count * sizeof(T));
        return SUCCESS;
    });
}

}  // namespace

API cuMemcpyHtoD_v2(void* to, const void* from, size_t bytes) {
    ENTER();
    return copyNow(__func__, to, DEVICE, from, HOST, bytes);
}

API cuMemcpyDtoH_v2(void* to, void* from, size_t bytes) {
    ENTER();
    return copyNow(__func__, to, HOST, from, DEVICE, bytes);
}

API cuMemcpyDtoD_v2(void* to, void* from, size_t bytes) {
    ENTER();
    return copyLater(__func__, to, DEVICE, from, DEVICE, bytes, nullptr);
}

API cuMemcpyHtoDAsync_v2(void* to, const void* from, size_t bytes, void* stream) {
    ENTER();
    return copyLater(__func__, to, DEVICE, from, HOST, bytes, stream);
}

API cuMemcpyDtoHAsync_v2(void* to, void* from, size_t bytes, void* stream) {
    ENTER();
    return copyLater(__func__, to, HOST, from, DEVICE, bytes, stream);
}

API cuMemcpyDtoDAsync_v2(void* to, void* from, size_t bytes, void* stream) {
    ENTER();
    return copyLater(__func__, to, DEVICE, from, DEVICE, bytes, stream);
}

API cuMemsetD8_v2(void* to, uint8_t value, size_t count) {
    ENTER();
    return fill(__func__, to, value, count, nullptr);
}

API cuMemsetD16_v2(void* to, uint16_t value, size_t count) {
    ENTER();
    return fill(__func__, to, value, count, nullptr);
}

API cuMemsetD32_v2(void* to, uint32_t value, size_t count) {
    ENTER();
    return fill(__func__, to, value, count, nullptr);
}

API cuMemsetD8Async(void* to, uint8_t value, size_t count, void* stream) {
    ENTER();
    return fill(__func__, to, value, count, stream);
}

API cuMemsetD16Async(void* to, uint16_t value, size_t count, void* stream) {
    ENTER();
    return fill(__func__, to, value, count, stream);
}

API cuMemsetD32Async(void* to, uint32_t value, size_t count, void* stream) {
    ENTER();
    return fill(__func__, to, value, count, stream);
}
