// Comparisons of setp, and selection. The names ending in u are true where an operand is NaN, the others false.
#pragma once

#include "ptx/registers.h"

namespace ptx {

template <class T>
PTX_INLINE bool unordered(T a, T b) {
    return a != a || b != b;
}

template <class T>
PTX_INLINE bool eq(T a, T b) {
    return a == b;
}

template <class T>
PTX_INLINE bool ne(T a, T b) {
    return a != b && !unordered(a, b);
}

template <class T>
PTX_INLINE bool lt(T a, T b) {
    return a < b;
}

template <class T>
PTX_INLINE bool le(T a, T b) {
    return a <= b;
}

template <class T>
PTX_INLINE bool gt(T a, T b) {
    return a > b;
}

template <class T>
PTX_INLINE bool ge(T a, T b) {
    return a >= b;
}

template <class T>
PTX_INLINE bool equ(T a, T b) {
    return a == b || unordered(a, b);
}

template <class T>
PTX_INLINE bool neu(T a, T b) {
    return a != b;
}

template <class T>
PTX_INLINE bool ltu(T a, T b) {
    return !(a >= b);
}

template <class T>
PTX_INLINE bool leu(T a, T b) {
    return !(a > b);
}

template <class T>
PTX_INLINE bool gtu(T a, T b) {
    return !(a <= b);
}

template <class T>
PTX_INLINE bool geu(T a, T b) {
    return !(a < b);
}

/// Both are numbers.
template <class T>
PTX_INLINE bool num(T a, T b) {
    return !unordered(a, b);
}

/// One of them is NaN.
template <class T>
PTX_INLINE bool nan(T a, T b) {
    return unordered(a, b);
}

template <class T>
PTX_INLINE T select(T a, T b, bool first) {
    return first ? a : b;
}

// testp
template <class T>
PTX_INLINE bool isNan(T a) {
    return a != a;
}

template <class T>
PTX_INLINE bool isFinite(T a) {
    return a - a == 0;
}

template <class T>
PTX_INLINE bool isInfinite(T a) {
    return a == a && a - a != 0;
}

}  // namespace ptx
