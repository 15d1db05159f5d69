#include "memory/device_memory.h"

#include <sys/mman.h>

#include <cstring>

#include "core/settings.h"
#include "observer/shadow.h"

namespace emulator {

namespace {

constexpr size_t kPage = 4096;
constexpr size_t kAlignment = 16;              // of a base: less than CUDA's 256, so that the end meets the guard page
constexpr size_t kCountingAlignment = 256;     // CUDA's: which sectors are touched depends on it
constexpr unsigned char kNeverWritten = 0xFF;  // a NaN in every float format

}  // namespace

DeviceMemory& deviceMemory() {
    static auto* memory = new DeviceMemory;
    return *memory;
}

DeviceMemory::DeviceMemory() : next_(reinterpret_cast<char*>(kArenaBase)) {
    // Address space only; pages come with the allocations.
    void* arena =
        mmap(next_, kArenaBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    reserved_ = arena == next_;
}

Status DeviceMemory::allocate(size_t bytes, void** address) {
    if (!reserved_) {
        return report(OUT_OF_MEMORY,
                      "the address range of the emulated device is taken by something else in this process");
    }
    if (bytes == 0) {
        return report(INVALID_VALUE, "an allocation of 0 bytes");
    }
    size_t body = (bytes + kPage - 1) / kPage * kPage;
    size_t mapped = body + 2 * kPage;
    if (bytes > settings().memory - used_ || mapped > kArenaBase + kArenaBytes - reinterpret_cast<uint64_t>(next_)) {
        return report(OUT_OF_MEMORY,
                      format("an allocation of %zu bytes: %zu of %zu are in use", bytes, used_, settings().memory));
    }
    if (mprotect(next_ + kPage, body, PROT_READ | PROT_WRITE) != 0) {
        return report(OUT_OF_MEMORY, "the machine has no memory left for the emulated device");
    }
    Allocation allocation;
    allocation.pages = next_;
    allocation.mapped = mapped;
    allocation.bytes = bytes;
    size_t alignment = settings().count ? kCountingAlignment : kAlignment;
    allocation.base = next_ + kPage + (body - bytes) / alignment * alignment;
    next_ += mapped;
    memset(allocation.pages + kPage, kNeverWritten, body);
    if (settings().check) {
        allocation.shadow = std::make_shared<Shadow>(bytes, false);
    }
    used_ += bytes;
    *address = allocation.base;
    live_[allocation.base] = allocation;
    return SUCCESS;
}

Status DeviceMemory::free(void* address) {
    if (address == nullptr) {
        return SUCCESS;
    }
    auto found = live_.find(address);
    if (found == live_.end()) {
        return report(INVALID_VALUE, "free of " + describe(address, 1));
    }
    Allocation allocation = found->second;
    Status status = checkMargins(allocation);
    allocation.shadow.reset();
    live_.erase(found);
    used_ -= allocation.bytes;
    released_[allocation.base] = allocation;
    madvise(allocation.pages, allocation.mapped, MADV_DONTNEED);
    mprotect(allocation.pages, allocation.mapped, PROT_NONE);
    return status;
}

/// The few bytes between the allocation and its pages' ends must still be as they were.
Status DeviceMemory::checkMargins(const Allocation& a) const {
    for (const char* byte = a.pages + kPage; byte < a.pages + a.mapped - kPage; byte++) {
        if (byte == a.base) {
            byte += a.bytes;
            if (byte == a.pages + a.mapped - kPage) {
                break;
            }
        }
        if (static_cast<unsigned char>(*byte) != kNeverWritten) {
            return report(ILLEGAL_ADDRESS, "found when it was freed: a write " + describe(byte, 1));
        }
    }
    return SUCCESS;
}

Allocation* DeviceMemory::find(const void* address, size_t bytes) {
    auto after = live_.upper_bound(address);
    if (after == live_.begin()) {
        return nullptr;
    }
    Allocation& candidate = (--after)->second;
    return candidate.holds(address, bytes) ? &candidate : nullptr;
}

std::string DeviceMemory::describe(const void* address, size_t bytes) const {
    if (reinterpret_cast<uint64_t>(address) < kPage) {
        return format("address %zu: a null pointer", reinterpret_cast<size_t>(address));
    }
    if (!isDeviceAddress(address)) {
        return format("%p, which is no device address (a host pointer?)", address);
    }
    auto* first = static_cast<const char*>(address);
    for (const auto* allocations : {&live_, &released_}) {
        for (auto after = allocations->upper_bound(first + kPage); after != allocations->begin();) {
            const Allocation& a = (--after)->second;
            if (first < a.pages || first >= a.pages + a.mapped) {
                if (first >= a.pages + a.mapped) {
                    break;
                }
                continue;
            }
            if (allocations == &released_) {
                return format("%p, in an allocation of %zu bytes that has been freed", address, a.bytes);
            }
            if (first < a.base) {
                return format("%p, %td bytes before the start of an allocation of %zu bytes", address, a.base - first,
                              a.bytes);
            }
            if (a.holds(address, bytes)) {
                return format("%p, at byte %td of an allocation of %zu bytes", address, first - a.base, a.bytes);
            }
            ptrdiff_t past = first - (a.base + a.bytes);
            return past >= 0
                       ? format("%p, %td bytes past the end of an allocation of %zu bytes", address, past, a.bytes)
                       : format("%p, reaching %td bytes past the end of an allocation of %zu bytes", address,
                                past + static_cast<ptrdiff_t>(bytes), a.bytes);
        }
    }
    return format("%p, where nothing was ever allocated", address);
}

void DeviceMemory::markWritten(const void* address, size_t bytes) {
    Allocation* allocation = find(address, bytes);
    if (allocation != nullptr && allocation->shadow != nullptr) {
        allocation->shadow->markWritten(static_cast<size_t>(static_cast<const char*>(address) - allocation->base),
                                        bytes);
    }
}

bool DeviceMemory::isWritten(const void* address, size_t bytes) {
    Allocation* allocation = find(address, bytes);
    if (allocation == nullptr || allocation->shadow == nullptr) {
        return true;
    }
    return allocation->shadow->isWritten(static_cast<size_t>(static_cast<const char*>(address) - allocation->base),
                                         bytes);
}

void DeviceMemory::copyWritten(const void* to, const void* from, size_t bytes) {
    Allocation* source = from == nullptr ? nullptr : find(from, bytes);
    Allocation* target = find(to, bytes);
    if (source == nullptr || source->shadow == nullptr || target == nullptr || target->shadow == nullptr) {
        markWritten(to, bytes);
        return;
    }
    auto offset = static_cast<size_t>(static_cast<const char*>(to) - target->base);
    auto fromOffset = static_cast<size_t>(static_cast<const char*>(from) - source->base);
    target->shadow->copyWritten(offset, *source->shadow, fromOffset, bytes);
}

}  // namespace emulator
