// Atomic read-modify-write; blocks may run on several CPU threads.
#pragma once

#include "ptx/arithmetic.h"
#include "ptx/registers.h"

namespace ptx {

/// Replaces *place by change(*place); returns what was there.
template <class T, class Change>
PTX_INLINE T exchange(T* place, Change change) {
    using Bits = std::conditional_t<sizeof(T) == 4, u32, u64>;
    Bits* bits = reinterpret_cast<Bits*>(place);
    Bits before = __atomic_load_n(bits, __ATOMIC_RELAXED);
    for (;;) {
        Bits after = cast<Bits>(change(cast<T>(before)));
        if (__atomic_compare_exchange_n(bits, &before, after, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
            return cast<T>(before);
        }
    }
}

template <class T>
PTX_INLINE T atomicAdd(T* place, T b) {
    return exchange(place, [b](T a) { return add<T>(a, b); });
}

template <class T>
PTX_INLINE T atomicMin(T* place, T b) {
    return exchange(place, [b](T a) { return min<T>(a, b); });
}

template <class T>
PTX_INLINE T atomicMax(T* place, T b) {
    return exchange(place, [b](T a) { return max<T>(a, b); });
}

template <class T>
PTX_INLINE T atomicAnd(T* place, T b) {
    return exchange(place, [b](T a) { return a & b; });
}

template <class T>
PTX_INLINE T atomicOr(T* place, T b) {
    return exchange(place, [b](T a) { return a | b; });
}

template <class T>
PTX_INLINE T atomicXor(T* place, T b) {
    return exchange(place, [b](T a) { return a ^ b; });
}

template <class T>
PTX_INLINE T atomicExch(T* place, T b) {
    return exchange(place, [b](T) { return b; });
}

/// Counts up to b, then starts at 0 again.
template <class T>
PTX_INLINE T atomicInc(T* place, T b) {
    return exchange(place, [b](T a) { return a >= b ? T(0) : T(a + 1); });
}

template <class T>
PTX_INLINE T atomicDec(T* place, T b) {
    return exchange(place, [b](T a) { return a == 0 || a > b ? b : T(a - 1); });
}

template <class T>
PTX_INLINE T atomicCas(T* place, T expected, T b) {
    return exchange(place, [expected, b](T a) { return a == expected ? b : a; });
}

}  // namespace ptx
