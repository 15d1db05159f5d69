// How many transactions a warp's memory request takes: 32-byte sectors of global memory, turns of the 32 shared banks.
#pragma once

#include <cstdint>

#include "ptx/hooks.h"

namespace emulator {

/// One instruction, as executed by the lanes of a warp together.
struct Request {
    Space space = GLOBAL;
    Access access = READ;
    uint32_t bytes = 0;  // of each lane
    uint32_t lanes = 0;  // that take part, as bits
    uint64_t addresses[32];

    int count() const { return __builtin_popcount(lanes); }
};

struct Cost {
    uint64_t transactions = 0;
    uint64_t ideal = 0;  // the fewest that could carry the same bytes
};

/// Global memory: the sectors touched, against those that the bytes would fill if they lay side by side.
/// Shared memory: lanes go in one turn (of 4 bytes each), two (of 8) or four (of 16); a turn is repeated as often as
/// different words fall into one bank. Word w is in bank w mod 32.
Cost costOf(const Request& request);

}  // namespace emulator
