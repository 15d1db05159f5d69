// Device memory and pinned host memory.
#include <cstdlib>
#include <cstring>

#include "core/settings.h"
#include "driver/driver.h"
#include "memory/device_memory.h"

using namespace emulator;

namespace {

constexpr size_t kPage = 4096;

struct Pinned {
    size_t bytes;
    bool owned;  // allocated here, not registered
};

std::map<const char*, Pinned>& pinned() {
    static auto* all = new std::map<const char*, Pinned>;
    return *all;
}

}  // namespace

namespace emulator {

bool isPinned(const void* host, size_t bytes) {
    auto* first = static_cast<const char*>(host);
    auto after = pinned().upper_bound(first);
    if (after == pinned().begin()) {
        return false;
    }
    --after;
    return first + bytes <= after->first + after->second.bytes;
}

}  // namespace emulator

API cuMemGetInfo_v2(size_t* free, size_t* total) {
    ENTER();
    *total = settings().memory;
    *free = *total - deviceMemory().used();
    return SUCCESS;
}

API cuMemAlloc_v2(void** address, size_t bytes) {
    ENTER();
    Status status = deviceMemory().allocate(bytes, address);
    if (status == SUCCESS) {
        currentContext()->allocations.insert(*address);
    }
    return status;
}

/// Waits for all work first, as the driver does.
API cuMemFree_v2(void* address) {
    ENTER();
    if (Status status = finishAll()) {
        return status;
    }
    currentContext()->allocations.erase(address);
    return deviceMemory().free(address);
}

API cuMemAllocAsync(void** address, size_t bytes, void*) { return cuMemAlloc_v2(address, bytes); }

API cuMemFreeAsync(void* address, void* stream) {
    ENTER();
    currentContext()->allocations.erase(address);
    return submit(streamOf(stream), [address] { return deviceMemory().free(address); });
}

API cuMemGetAddressRange_v2(void** base, size_t* bytes, void* address) {
    ENTER();
    Allocation* allocation = deviceMemory().find(address, 1);
    if (allocation == nullptr) {
        return report(NOT_FOUND, "cuMemGetAddressRange of " + deviceMemory().describe(address, 1));
    }
    if (base != nullptr) *base = allocation->base;
    if (bytes != nullptr) *bytes = allocation->bytes;
    return SUCCESS;
}

API cuMemHostAlloc(void** host, size_t bytes, unsigned) {
    ENTER();
    if (bytes == 0) {
        return report(INVALID_VALUE, "pinned memory of 0 bytes");
    }
    size_t rounded = (bytes + kPage - 1) / kPage * kPage;
    *host = aligned_alloc(kPage, rounded);
    if (*host == nullptr) {
        return report(OUT_OF_MEMORY, format("%zu bytes of pinned memory", bytes));
    }
    memset(*host, 0xFF, rounded);
    pinned()[static_cast<char*>(*host)] = {bytes, true};
    return SUCCESS;
}

API cuMemAllocHost_v2(void** host, size_t bytes) { return cuMemHostAlloc(host, bytes, 0); }

API cuMemFreeHost(void* host) {
    ENTER();
    auto found = pinned().find(static_cast<char*>(host));
    if (found == pinned().end() || !found->second.owned) {
        return report(INVALID_VALUE, format("cuMemFreeHost of %p, which is no pinned allocation", host));
    }
    Status status = finishAll();  // a copy may still need it
    pinned().erase(found);
    free(host);
    return status;
}

API cuMemHostRegister_v2(void* host, size_t bytes, unsigned) {
    ENTER();
    pinned()[static_cast<char*>(host)] = {bytes, false};
    return SUCCESS;
}

API cuMemHostUnregister(void* host) {
    ENTER();
    Status status = finishAll();
    return pinned().erase(static_cast<char*>(host)) == 1
               ? status
               : report(INVALID_VALUE, "cuMemHostUnregister of unregistered memory");
}
