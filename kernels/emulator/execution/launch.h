// One kernel launch: what is run, over which grid, with which arguments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/status.h"
#include "ptx/thread.h"

namespace emulator {

class Kernel;

/// A translated kernel: runs one thread from start to end.
using KernelCode = void (*)(Thread&);

struct Launch {
    const Kernel* kernel = nullptr;
    Index grid;
    Index block;
    uint32_t dynamicBytes = 0;     // of shared memory
    std::vector<char> parameters;  // laid out as the PTX says
    uint64_t serial = 0;           // counts launches

    // Filled in when the launch is executed.
    KernelCode code = nullptr;
    uint32_t sharedBytes = 0;
};

struct Failure {
    Status status = SUCCESS;
    std::string text;
    uint64_t block = 0;
};

/// Runs the grid and waits for it. A failure is reported.
Status execute(Launch launch);

}  // namespace emulator
