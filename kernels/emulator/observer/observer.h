// Sees every memory access, branch and barrier of modules compiled for observation.
#pragma once

#include <vector>

#include "execution/launch.h"
#include "ptx/hooks.h"
#include "ptx/thread.h"

namespace emulator {

class Observer {
public:
    void startBlock(const Launch&, const Block&) {}
    void endBlock(const std::vector<Thread>&) {}
};

Observer& observer();
void observeBarrier(const std::vector<Thread>& threads);

}  // namespace emulator
