// Sees every memory access, branch and barrier of modules that are compiled for observation, and hands them to the
// checker and the counters. Then blocks run one after the other on one CPU thread.
#pragma once

#include "execution/launch.h"
#include "ptx/thread.h"

namespace emulator {

class Checker;
class Counter;

/// Called by the executor.
void observeLaunch(const Launch& launch);
void observeLaunchEnd();
void observeBlock(const Block& block, size_t threads);
void observeBlockEnd();
void observeBarrier();
void observeReturn(const Thread& t);

Counter& counter();

}  // namespace emulator
