// Counts what a profiler would: memory traffic, coalescing, bank conflicts, barriers, divergent branches.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "execution/launch.h"
#include "observer/footprint.h"
#include "observer/transactions.h"
#include "observer/warp_trace.h"
#include "ptx/hooks.h"

namespace emulator {

/// Of one line of source: all requests to one space, reads and writes apart.
struct LineCount {
    uint64_t requests = 0;      // by warps
    uint64_t bytes = 0;         // asked for by lanes
    uint64_t transactions = 0;  // see costOf
    uint64_t ideal = 0;
};

/// Of one kernel, over all its launches.
struct KernelCount {
    uint64_t launches = 0;
    uint64_t blocks = 0;
    uint64_t threads = 0;
    uint64_t barriers = 0;      // by blocks
    uint64_t branches = 0;      // conditional, by warps
    uint64_t divergent = 0;     // of those, the lanes went both ways
    uint64_t distinctRead = 0;  // bytes of global memory, each counted once a launch
    uint64_t distinctWritten = 0;
    std::map<std::tuple<std::string, Space, Access>, LineCount> lines;  // by "softmax.cu:33"
};

class Counter {
public:
    void startLaunch(const Launch& launch);
    void endLaunch();
    void startBlock(size_t threads);
    void endBlock();
    void barrier();
    void threadReturned(const Thread& t);
    void access(const Thread& t, Space space, const void* address, uint32_t bytes, Access access);
    void branch(const Thread& t, uint32_t line, bool taken);

    /// All kernels so far, as lines of words separated by tabs (driver/control.cpp says which).
    std::string text() const;
    void reset() { kernels_.clear(); }

private:
    void flush(size_t warp);
    void count(const Together& together);

    const Launch* launch_ = nullptr;
    KernelCount* kernel_ = nullptr;
    size_t threads_ = 0;
    std::vector<WarpTrace> warps_;
    std::vector<uint32_t> returned_;  // lanes of each warp
    Footprint read_;
    Footprint written_;
    std::map<std::tuple<uint32_t, Space, Access>, LineCount> lines_;  // of this launch, by PTX line
    std::map<std::string, KernelCount> kernels_;
};

}  // namespace emulator
