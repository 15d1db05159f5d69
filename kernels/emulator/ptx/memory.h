// Loads and stores. Every access is checked to be in its state space before it is made.
//
// Global memory is one arena of addresses, so that a host pointer is recognized by its high bits; between the
// allocations are pages that fault. The exact bounds, races and counters are the observer's: modules are compiled
// with EMULATOR_OBSERVED when the checker or the counters are on.
#pragma once

#include "ptx/hooks.h"
#include "ptx/registers.h"
#include "ptx/thread.h"

namespace ptx {

using emulator::Access;
using emulator::Thread;

/// Names the PTX line of the instruction that follows; the compiler may not move memory accesses across it.
#define AT(number)                         \
    do {                                   \
        t.line = number;                   \
        __asm__ volatile("" ::: "memory"); \
    } while (0)

#ifdef EMULATOR_OBSERVED
constexpr bool kObserved = true;
#else
constexpr bool kObserved = false;
#endif

/// Which way a thread goes at a conditional branch.
PTX_INLINE bool branch(Thread& t, u32 line, bool taken) {
    if (kObserved) {
        emulator::observeBranch(t, line, taken);
    }
    return taken;
}

/// N values of type T in global memory.
template <class T, int N, Access A, emulator::Space S = emulator::GLOBAL>
PTX_INLINE T* global(Thread& t, u64 address) {
    constexpr u32 bytes = sizeof(T) * N;
    constexpr u64 mustMatch = ~(emulator::kArenaBytes - 1) | (bytes - 1);
    if (__builtin_expect((address & mustMatch) != emulator::kArenaBase, 0)) {
        emulator::badGlobalAddress(t, address, bytes);
    }
    T* place = reinterpret_cast<T*>(address);
    if (kObserved) {
        emulator::observe(t, S, place, bytes, A);
    }
    return place;
}

/// Constant memory is in the arena of global memory, but its traffic stays within the multiprocessor.
template <class T, int N, Access A>
PTX_INLINE T* constant(Thread& t, u64 address) {
    return global<T, N, A, emulator::CONSTANT>(t, address);
}

template <class T, int N, Access A>
PTX_INLINE T* shared(Thread& t, u32 offset) {
    constexpr u32 bytes = sizeof(T) * N;
    if (__builtin_expect(static_cast<u64>(offset) + bytes > t.block->sharedBytes || offset % bytes != 0, 0)) {
        emulator::badSharedAddress(t, offset, bytes);
    }
    T* place = reinterpret_cast<T*>(t.block->shared + offset);
    if (kObserved) {
        emulator::observe(t, emulator::SHARED, place, bytes, A);
    }
    return place;
}

/// A thread's own array: `depot` of `size` bytes, on the stack of its fiber.
template <class T, int N>
PTX_INLINE T* local(Thread& t, u64 address, void* depot, u32 size) {
    constexpr u32 bytes = sizeof(T) * N;
    u64 offset = address - reinterpret_cast<u64>(depot);
    if (__builtin_expect(offset > size || offset + bytes > size || address % bytes != 0, 0)) {
        emulator::badLocalAddress(t, address, bytes);
    }
    return reinterpret_cast<T*>(address);
}

/// An address that does not say where it points to.
template <class T, int N, Access A>
PTX_INLINE T* generic(Thread& t, u64 address, void* depot, u32 size) {
    u64 inShared = address - reinterpret_cast<u64>(t.block->shared);
    if (inShared < t.block->sharedBytes) {
        return shared<T, N, A>(t, static_cast<u32>(inShared));
    }
    if (address - reinterpret_cast<u64>(depot) < size) {
        return local<T, N>(t, address, depot, size);
    }
    return global<T, N, A>(t, address);
}

/// A kernel parameter, by its offset.
template <class T>
PTX_INLINE const T* parameter(Thread& t, u64 offset) {
    return reinterpret_cast<const T*>(t.block->parameters + offset);
}

}  // namespace ptx
