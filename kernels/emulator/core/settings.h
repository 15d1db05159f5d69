// How the device behaves. Set through chainrule_emulator_set (driver/control.cpp), before or between launches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace emulator {

/// In which order the threads of a block start, and the blocks of a grid. A right kernel does not care.
enum class Order { FORWARD, REVERSE, RANDOM };

struct Settings {
    Order order = Order::FORWARD;
    uint64_t seed = 1;                // of Order::RANDOM
    bool lazy = false;                // work is queued, and done only when the host waits for it
    bool check = false;               // races, exact bounds, uninitialized reads
    bool count = false;               // memory traffic, bank conflicts, divergence
    unsigned workers = 0;             // CPU threads; 0: one for each core
    size_t memory = size_t(8) << 30;  // bytes of the device
    std::string compiler = "g++";

    bool observed() const { return check || count; }
};

Settings& settings();

/// False if there is no such setting or it cannot take that value.
bool set(const std::string& name, const std::string& value);

}  // namespace emulator
