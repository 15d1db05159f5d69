// What a kernel sees of the machine it runs on: its thread and its block.
#pragma once

#include <cstdint>

namespace emulator {

/// %tid, %ntid, %ctaid or %nctaid.
struct Index {
    uint32_t x = 1, y = 1, z = 1;

    uint64_t volume() const { return uint64_t(x) * y * z; }
};

/// The block being executed. Shared memory is a window of the multiprocessor: PTX addresses it by offset.
struct Block {
    Index index;
    Index size;
    Index grid;
    uint64_t number = 0;       // index as one number, x fastest
    char* shared = nullptr;    // first byte of the window
    uint32_t sharedBytes = 0;  // static and dynamic
    const char* parameters = nullptr;
    const uint64_t* variables = nullptr;  // addresses of the module's
};

/// One CUDA thread.
struct Thread {
    Block* block = nullptr;
    Index index;
    uint32_t linear = 0;  // index as one number, x fastest
    uint32_t lane = 0;    // within its warp
    uint32_t warp = 0;
    uint32_t line = 0;          // of the PTX, set before every instruction that may be reported
    uint32_t barriers = 0;      // __syncthreads() passed
    uint32_t warpBarriers = 0;  // __syncwarp() passed
    void* fiber = nullptr;      // that holds its stack while it waits
};

}  // namespace emulator
