// Barriers, shuffles and votes: the instructions at which a thread waits for others.
#pragma once

#include "ptx/registers.h"
#include "ptx/thread.h"

// These are found in libcuda.so.1.
#pragma GCC visibility push(default)

namespace emulator {

enum Reduction { COUNT, ALL, ANY };

/// __syncthreads(): returns when every thread of the block has called it.
void barrier(Thread& t);

/// __syncthreads_count, _and, _or.
uint32_t barrierReduce(Thread& t, Reduction reduction, bool value);

/// Hands `value` to every lane of `mask`; returns all lanes' values once they have arrived, and who took part.
const uint64_t* warpExchange(Thread& t, uint32_t mask, uint64_t value, uint32_t* participants);

[[noreturn]] void shuffleFromAbsentLane(Thread& t, uint32_t lane);
[[noreturn]] void trap(Thread& t);

}  // namespace emulator

#pragma GCC visibility pop

namespace ptx {

using emulator::Thread;

enum Shuffle { SHFL_UP, SHFL_DOWN, SHFL_BFLY, SHFL_IDX };

/// shfl.sync, after the pseudo-code of the PTX manual. `clamp` holds the last lane and, from bit 8, the segment mask.
PTX_INLINE u32 shuffle(Thread& t, Shuffle kind, u32 value, u32 b, u32 clamp, u32 mask, bool* inRange) {
    u32 participants;
    const u64* values = emulator::warpExchange(t, mask, value, &participants);
    u32 segment = clamp >> 8 & 31;
    u32 last = (t.lane & segment) | (clamp & 31 & ~segment);
    u32 first = t.lane & segment;
    b &= 31;
    s32 source = static_cast<s32>(kind == SHFL_UP     ? t.lane - b
                                  : kind == SHFL_DOWN ? t.lane + b
                                  : kind == SHFL_BFLY ? t.lane ^ b
                                                      : first | (b & ~segment));
    bool inside = kind == SHFL_UP ? source >= static_cast<s32>(last) : source <= static_cast<s32>(last);
    if (!inside) {
        source = static_cast<s32>(t.lane);
    }
    if (inRange != nullptr) {
        *inRange = inside;
    }
    if (!(participants >> source & 1)) {
        emulator::shuffleFromAbsentLane(t, static_cast<u32>(source));
    }
    return static_cast<u32>(values[source]);
}

/// One bit from every lane of the mask.
PTX_INLINE u32 ballot(Thread& t, bool vote, u32 mask) {
    u32 participants;
    const u64* votes = emulator::warpExchange(t, mask, vote, &participants);
    u32 result = 0;
    for (u32 lane = 0; lane < 32; lane++) {
        if (participants >> lane & 1 && votes[lane] != 0) {
            result |= 1u << lane;
        }
    }
    return result;
}

/// __syncwarp(): also orders memory among the lanes.
PTX_INLINE void warpBarrier(Thread& t, u32 mask) {
    u32 participants;
    emulator::warpExchange(t, mask, 0, &participants);
    t.warpBarriers++;
}

}  // namespace ptx
