// Integer and floating-point arithmetic.
#pragma once

#include "ptx/registers.h"
#include "ptx/rounding.h"

namespace ptx {

/// Integers wrap around: they are computed unsigned, where C++ allows it.
template <class T>
using Wrapping = typename std::conditional_t<isFloat<T>, std::enable_if<true, T>, std::make_unsigned<T>>::type;

template <class T>
constexpr bool isWide = sizeof(T) == 8;

template <class T, Rounding R = NEAREST>
PTX_INLINE T add(T a, T b) {
    if constexpr (R != NEAREST) {
        return sumExact<R>(a, b);
    } else {
        return static_cast<T>(static_cast<Wrapping<T>>(a) + static_cast<Wrapping<T>>(b));
    }
}

template <class T, Rounding R = NEAREST>
PTX_INLINE T sub(T a, T b) {
    if constexpr (R != NEAREST) {
        return sumExact<R>(a, -static_cast<f64>(b));
    } else {
        return static_cast<T>(static_cast<Wrapping<T>>(a) - static_cast<Wrapping<T>>(b));
    }
}

/// The low half of an integer product, or a float product.
template <class T, Rounding R = NEAREST>
PTX_INLINE T mul(T a, T b) {
    if constexpr (R != NEAREST) {
        return roundExact<R>(static_cast<f64>(a) * b, 0);
    } else if constexpr (isFloat<T>) {
        return a * b;
    } else {
        return static_cast<T>(static_cast<u64>(a) * static_cast<u64>(b));
    }
}

/// The high half of an integer product.
template <class T>
PTX_INLINE T mulHigh(T a, T b) {
    if constexpr (isWide<T> && isSigned<T>) {
        return static_cast<T>((static_cast<__int128>(a) * b) >> 64);
    } else if constexpr (isWide<T>) {
        return static_cast<T>((static_cast<unsigned __int128>(a) * b) >> 64);
    } else if constexpr (isSigned<T>) {
        return static_cast<T>((static_cast<s64>(a) * b) >> bitsOf<T>);
    } else {
        return static_cast<T>((static_cast<u64>(a) * b) >> bitsOf<T>);
    }
}

/// The whole product of two integers, twice as wide.
template <class Twice, class T>
PTX_INLINE Twice mulWide(T a, T b) {
    return static_cast<Twice>(a) * static_cast<Twice>(b);
}

template <class T, Rounding R = NEAREST>
PTX_INLINE T fma(T a, T b, T c) {
    if constexpr (R != NEAREST) {
        return sumExact<R>(static_cast<f64>(a) * b, c);
    } else if constexpr (sizeof(T) == 4) {
        return __builtin_fmaf(a, b, c);
    } else {
        return __builtin_fma(a, b, c);
    }
}

/// Integer division by zero gives all ones, as on the device; it never traps.
template <class T>
PTX_INLINE T div(T a, T b) {
    if constexpr (isFloat<T>) {
        return a / b;
    } else {
        if (b == 0) {
            return static_cast<T>(-1);
        }
        return isSigned<T> && b == static_cast<T>(-1) ? sub<T>(0, a) : static_cast<T>(a / b);
    }
}

template <class T>
PTX_INLINE T rem(T a, T b) {
    if (b == 0) {
        return a;
    }
    return isSigned<T> && b == static_cast<T>(-1) ? 0 : static_cast<T>(a % b);
}

template <class T>
PTX_INLINE T neg(T a) {
    if constexpr (isFloat<T>) {
        return -a;
    } else {
        return sub<T>(0, a);
    }
}

template <class T>
PTX_INLINE T abs(T a) {
    if constexpr (isFloat<T>) {
        return __builtin_copysign(a, T(1));
    } else {
        return a < 0 ? sub<T>(0, a) : a;
    }
}

/// A NaN loses against a number; -0 is less than +0.
template <class T>
PTX_INLINE T min(T a, T b) {
    if constexpr (isFloat<T>) {
        return b != b ? a : a != a ? b : a == b ? (__builtin_signbit(a) ? a : b) : a < b ? a : b;
    } else {
        return a < b ? a : b;
    }
}

template <class T>
PTX_INLINE T max(T a, T b) {
    if constexpr (isFloat<T>) {
        return b != b ? a : a != a ? b : a == b ? (__builtin_signbit(a) ? b : a) : a > b ? a : b;
    } else {
        return a > b ? a : b;
    }
}

/// min.NaN and max.NaN: a NaN wins.
template <class T>
PTX_INLINE T minOrNan(T a, T b) {
    return a != a ? a : b != b ? b : min(a, b);
}

template <class T>
PTX_INLINE T maxOrNan(T a, T b) {
    return a != a ? a : b != b ? b : max(a, b);
}

/// The magnitude of b with the sign of a.
template <class T>
PTX_INLINE T copysign(T a, T b) {
    return __builtin_copysign(b, a);
}

// The device's approximations are not imitated: these are as exact as the C library's.
template <class T>
PTX_INLINE T rcp(T a) {
    return T(1) / a;
}

template <class T>
PTX_INLINE T sqrt(T a) {
    return static_cast<T>(sizeof(T) == 4 ? __builtin_sqrtf(a) : __builtin_sqrt(a));
}

template <class T>
PTX_INLINE T rsqrt(T a) {
    return T(1) / sqrt(a);
}

PTX_INLINE f32 ex2(f32 a) { return __builtin_exp2f(a); }
PTX_INLINE f32 lg2(f32 a) { return __builtin_log2f(a); }
PTX_INLINE f32 sin(f32 a) { return __builtin_sinf(a); }
PTX_INLINE f32 cos(f32 a) { return __builtin_cosf(a); }
PTX_INLINE f32 tanh(f32 a) { return __builtin_tanhf(a); }

/// .ftz: subnormal numbers become zero of the same sign.
PTX_INLINE f32 flush(f32 a) {
    return __builtin_fabsf(a) < std::numeric_limits<f32>::min() ? __builtin_copysignf(0, a) : a;
}

/// .sat: clamped to [0, 1]; a NaN becomes 0.
template <class T>
PTX_INLINE T saturate(T a) {
    return a > 0 ? (a < 1 ? a : T(1)) : T(0);
}

}  // namespace ptx
