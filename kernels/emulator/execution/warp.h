// Lanes of a warp that wait for one another in a shuffle, vote or __syncwarp.
#pragma once

#include <cstdint>

namespace emulator {

/// Those that named the same mask.
struct Exchange {
    uint32_t mask = 0;     // lanes that must come
    uint32_t arrived = 0;  // lanes that have
    uint32_t unread = 0;   // lanes that have not yet seen the values of the last turn
    uint32_t turn = 0;     // which of the two buffers is being filled
    // Two buffers: a lane may bring its next value before another has read the last one. It cannot be two ahead.
    uint64_t values[2][32];
};

struct Warp {
    static constexpr int kExchanges = 8;  // different masks at once: a warp that has diverged in as many ways

    uint32_t lanes = 0;     // that exist: the last warp of a block may be partly empty
    uint32_t returned = 0;  // that have left the kernel
    uint32_t waiting = 0;   // in one of these:
    Exchange exchanges[kExchanges];

    void restart() {
        returned = waiting = 0;
        for (Exchange& exchange : exchanges) {
            exchange.mask = exchange.arrived = exchange.unread = 0;
        }
    }

    /// The exchange of that mask, or a free one, or null.
    Exchange* find(uint32_t mask) {
        Exchange* free = nullptr;
        for (Exchange& exchange : exchanges) {
            if (exchange.mask == mask) {
                return &exchange;
            }
            if (exchange.arrived == 0 && exchange.unread == 0 && free == nullptr) {
                free = &exchange;
            }
        }
        return free;
    }
};

}  // namespace emulator
