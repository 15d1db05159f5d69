// The functions of the emulator that translated code calls, besides warp.h.
#pragma once

#include <cstdint>

#include "ptx/thread.h"

// These are found in libcuda.so.1.
#pragma GCC visibility push(default)

namespace emulator {

constexpr uint64_t kArenaBase = 0x300000000000ull;
constexpr uint64_t kArenaBytes = 1ull << 40;

enum Access { READ = 0, WRITE = 1, ATOMIC = 2 };
enum Space { GLOBAL = 0, SHARED = 1, CONSTANT = 2 };

/// Ends the thread: the address is misaligned or no device address.
[[noreturn]] void badGlobalAddress(Thread& t, uint64_t address, uint32_t bytes);
[[noreturn]] void badSharedAddress(Thread& t, uint32_t offset, uint32_t bytes);
[[noreturn]] void badLocalAddress(Thread& t, uint64_t address, uint32_t bytes);

/// Called before every access and conditional branch, if the module is compiled for observation.
void observe(Thread& t, Space space, const void* address, uint32_t bytes, Access access);
void observeBranch(Thread& t, uint32_t line, bool taken);

}  // namespace emulator

#pragma GCC visibility pop
