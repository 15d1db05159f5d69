// Device memory: every allocation ends at a page that faults, and no address is ever given out twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/status.h"
#include "ptx/hooks.h"

namespace emulator {

class Shadow;

struct Allocation {
    char* base = nullptr;
    size_t bytes = 0;
    char* pages = nullptr;           // first page, a guard
    size_t mapped = 0;               // with both guards
    std::shared_ptr<Shadow> shadow;  // what the checker knows of it

    bool holds(const void* address, size_t count) const {
        auto* first = static_cast<const char*>(address);
        return first >= base && first <= base + bytes && count <= static_cast<size_t>(base + bytes - first);
    }
};

class DeviceMemory {
public:
    DeviceMemory();

    Status allocate(size_t bytes, void** address);
    Status free(void* address);

    /// The live allocation that holds all of [address, address + bytes), or null.
    Allocation* find(const void* address, size_t bytes);

    /// "64 bytes past the end of an allocation of 4000 bytes at 0x..."
    std::string describe(const void* address, size_t bytes) const;

    /// The host or a library has filled these bytes.
    void markWritten(const void* address, size_t bytes);

    /// False if the checker knows that some of the bytes were not.
    bool isWritten(const void* address, size_t bytes);

    /// The bytes are a copy: written where the originals are, or all if those are on the host (null).
    void copyWritten(const void* to, const void* from, size_t bytes);

    size_t used() const { return used_; }

    static bool isDeviceAddress(const void* address) {
        return reinterpret_cast<uint64_t>(address) - kArenaBase < kArenaBytes;
    }

private:
    Status checkMargins(const Allocation& allocation) const;

    bool reserved_ = false;
    char* next_;  // never used so far
    size_t used_ = 0;
    std::map<const void*, Allocation> live_;      // by base
    std::map<const void*, Allocation> released_;  // by base, for better messages
};

DeviceMemory& deviceMemory();

}  // namespace emulator
