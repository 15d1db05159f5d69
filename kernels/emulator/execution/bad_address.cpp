// Why an address was refused: the slow side of ptx/memory.h.
#include "execution/multiprocessor.h"
#include "memory/device_memory.h"
#include "ptx/hooks.h"

namespace emulator {

void badGlobalAddress(Thread& t, uint64_t address, uint32_t bytes) {
    auto* pointer = reinterpret_cast<const void*>(address);
    std::string where = deviceMemory().describe(pointer, bytes);
    if (DeviceMemory::isDeviceAddress(pointer)) {
        Multiprocessor::running->fail(t, MISALIGNED_ADDRESS,
                                      format("misaligned: %u bytes at %s", bytes, where.c_str()));
    }
    Multiprocessor::running->fail(t, ILLEGAL_ADDRESS, "illegal access: " + where);
}

void badSharedAddress(Thread& t, uint32_t offset, uint32_t bytes) {
    bool inside = uint64_t(offset) + bytes <= t.block->sharedBytes;
    Multiprocessor::running->fail(
        t, inside ? MISALIGNED_ADDRESS : ILLEGAL_ADDRESS,
        format("%s: %u bytes at byte %d of the block's shared memory, which has %u",
               inside ? "misaligned" : "out of bounds", bytes, static_cast<int>(offset), t.block->sharedBytes));
}

void badLocalAddress(Thread& t, uint64_t, uint32_t bytes) {
    Multiprocessor::running->fail(t, ILLEGAL_ADDRESS,
                                  format("out of bounds: %u bytes outside the thread's own array", bytes));
}

}  // namespace emulator
