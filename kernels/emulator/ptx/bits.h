// Bitwise instructions, after the pseudo-code of the PTX manual.
#pragma once

#include "ptx/registers.h"

namespace ptx {

template <class T>
PTX_INLINE T bitAnd(T a, T b) {
    return a & b;
}

template <class T>
PTX_INLINE T bitOr(T a, T b) {
    return a | b;
}

template <class T>
PTX_INLINE T bitXor(T a, T b) {
    return a ^ b;
}

template <class T>
PTX_INLINE T bitNot(T a) {
    return static_cast<T>(~a);
}

template <>
inline pred bitNot(pred a) {
    return !a;
}

/// Shifts by the width or more give zero, or the sign.
template <class T>
PTX_INLINE T shl(T a, u32 by) {
    return by >= bitsOf<T> ? 0 : static_cast<T>(static_cast<u64>(a) << by);
}

template <class T>
PTX_INLINE T shr(T a, u32 by) {
    if (by >= bitsOf<T>) {
        return isSigned<T> && a < 0 ? static_cast<T>(-1) : 0;
    }
    return static_cast<T>(a >> by);
}

/// 32 bits out of the pair (b, a), shifted left or right.
PTX_INLINE u32 funnel(bool left, bool wrap, u32 a, u32 b, u32 by) {
    by = wrap ? by & 31 : by < 32 ? by : 32;
    u64 pair = static_cast<u64>(b) << 32 | a;
    return static_cast<u32>(left ? pair << by >> 32 : pair >> by);
}

PTX_INLINE u32 popc(u32 a) { return static_cast<u32>(__builtin_popcount(a)); }
PTX_INLINE u32 popc(u64 a) { return static_cast<u32>(__builtin_popcountll(a)); }
PTX_INLINE u32 clz(u32 a) { return a == 0 ? 32 : static_cast<u32>(__builtin_clz(a)); }
PTX_INLINE u32 clz(u64 a) { return a == 0 ? 64 : static_cast<u32>(__builtin_clzll(a)); }

template <class T>
PTX_INLINE T brev(T a) {
    T reversed = 0;
    for (u32 i = 0; i < bitsOf<T>; i++) {
        reversed |= static_cast<T>((a >> i & 1) << (bitsOf<T> - 1 - i));
    }
    return reversed;
}

PTX_INLINE u64 lowBits(u32 count) { return count >= 64 ? ~0ull : (1ull << count) - 1; }

/// The low `length` bits of a, put into b at `position`.
template <class T>
PTX_INLINE T bfi(T a, T b, u32 position, u32 length) {
    position &= 255;
    if (position >= 64) {
        return b;
    }
    u64 mask = lowBits(length & 255) << position;
    return static_cast<T>((b & ~mask) | (static_cast<u64>(a) << position & mask));
}

/// `length` bits of a from `position`, extended by their sign if T is signed.
template <class T>
PTX_INLINE T bfe(T a, u32 position, u32 length) {
    position &= 255;
    length &= 255;
    if (length == 0) {
        return 0;
    }
    typename std::make_unsigned<T>::type all = a;
    u64 field = position >= bitsOf<T> ? 0 : all >> position;
    u32 last = position + length - 1;
    bool negative = isSigned<T> && (all >> (last < bitsOf<T> ? last : bitsOf<T> - 1) & 1);
    u64 mask = lowBits(length);
    return static_cast<T>(negative ? field | ~mask : field & mask);
}

/// Four bytes picked out of (b, a); a selector of 8 or more spreads the sign of the byte.
PTX_INLINE u32 prmt(u32 a, u32 b, u32 selectors) {
    u64 pair = static_cast<u64>(b) << 32 | a;
    u32 result = 0;
    for (int i = 0; i < 4; i++) {
        u32 selector = selectors >> (4 * i) & 15;
        u32 byte = static_cast<u32>(pair >> (8 * (selector & 7))) & 255;
        result |= (selector & 8 ? (byte & 128 ? 255 : 0) : byte) << (8 * i);
    }
    return result;
}

/// Any function of three bits, given by its truth table.
PTX_INLINE u32 lop3(u32 a, u32 b, u32 c, u32 table) {
    u32 result = 0;
    for (u32 row = 0; row < 8; row++) {
        if (table >> row & 1) {
            result |= (row & 4 ? a : ~a) & (row & 2 ? b : ~b) & (row & 1 ? c : ~c);
        }
    }
    return result;
}

}  // namespace ptx
