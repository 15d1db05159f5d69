#include "observer/observer.h"

#include "execution/multiprocessor.h"
#include "memory/device_memory.h"

namespace emulator {

Observer& observer() {
    static auto* one = new Observer;
    return *one;
}

void observeBarrier(const std::vector<Thread>&) {}
void observe(Thread&, Space, const void*, uint32_t, Access) {}
void observeBranch(Thread&, uint32_t, bool) {}
void observeFence(Thread&) {}

void badGlobalAddress(Thread& t, uint64_t address, uint32_t bytes) {
    auto* pointer = reinterpret_cast<const void*>(address);
    if (DeviceMemory::isDeviceAddress(pointer)) {
        Multiprocessor::running->fail(t, MISALIGNED_ADDRESS,
                                      format("misaligned: %u bytes at %s", bytes, deviceMemory().describe(pointer, bytes).c_str()));
    }
    Multiprocessor::running->fail(t, ILLEGAL_ADDRESS, "illegal access: " + deviceMemory().describe(pointer, bytes));
}

void badSharedAddress(Thread& t, uint32_t offset, uint32_t bytes) {
    bool inside = uint64_t(offset) + bytes <= t.block->sharedBytes;
    Multiprocessor::running->fail(
        t, inside ? MISALIGNED_ADDRESS : ILLEGAL_ADDRESS,
        format("%s: %u bytes at byte %d of the block's shared memory, which has %u", inside ? "misaligned" : "illegal access",
               bytes, static_cast<int>(offset), t.block->sharedBytes));
}

void badLocalAddress(Thread& t, uint64_t, uint32_t bytes) {
    Multiprocessor::running->fail(t, ILLEGAL_ADDRESS, format("illegal access: %u bytes outside the thread's own array", bytes));
}

}  // namespace emulator
