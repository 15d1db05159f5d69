// Finds races, accesses out of bounds and reads of memory that was never written.
//
// Two accesses of one location by different threads race if one of them writes, they are not both atomic, and nothing
// orders them: within a block a barrier, within a warp __syncwarp(), between blocks only the end of the launch. (That
// fences and atomics can order blocks too is not known here: such kernels are reported.)
#pragma once

#include <cstdint>
#include <memory>

#include "execution/launch.h"
#include "memory/device_memory.h"
#include "observer/shadow.h"
#include "ptx/hooks.h"

namespace emulator {

class Checker {
public:
    void startLaunch(const Launch& launch);
    void startBlock(const Block& block);

    /// Fails the thread if the access is wrong.
    void access(Thread& t, Space space, const void* address, uint32_t bytes, Access access);

private:
    Shadow& shadowOf(Thread& t, Space space, const void* address, uint32_t bytes, Access access, size_t* offset);
    bool races(const Thread& t, const Past& past, const Past& now, Space space) const;
    [[noreturn]] void reportRace(Thread& t, const Past& past, const char* pastKind, Access access, Space space);

    const Launch* launch_ = nullptr;
    uint64_t block_ = 0;
    Allocation* recent_ = nullptr;  // where the last access was: the next is often there too
    std::unique_ptr<Shadow> shared_;
};

}  // namespace emulator
