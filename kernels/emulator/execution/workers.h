// The CPU threads that act as the device's multiprocessors.
#pragma once

#include <cstddef>
#include <functional>

namespace emulator {

/// Calls job(index) for every index below count, in order of index as far as one thread sees it, on at most
/// `threads` threads of the pool; returns when all are done. Not to be called by a job.
void parallel(size_t count, unsigned threads, const std::function<void(size_t)>& job);

/// As the setting "workers" says.
unsigned workerCount();

}  // namespace emulator
