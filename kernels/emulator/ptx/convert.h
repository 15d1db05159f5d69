// cvt: between integers and floats of every width.
#pragma once

#include "ptx/registers.h"
#include "ptx/rounding.h"

namespace ptx {

/// To an integral value, kept as a float: rni, rzi, rmi and rpi.
template <Rounding R>
PTX_INLINE f64 integral(f64 x) {
    return R == ZERO   ? __builtin_trunc(x)
           : R == DOWN ? __builtin_floor(x)
           : R == UP   ? __builtin_ceil(x)
                       : __builtin_nearbyint(x);
}

/// A float to an integer clamps; a NaN becomes 0.
template <class To, Rounding R, class From>
PTX_INLINE To floatToInteger(From from) {
    if (from != from) {
        return 0;
    }
    f64 x = integral<R>(from);
    f64 least = static_cast<f64>(std::numeric_limits<To>::min());
    f64 greatest = static_cast<f64>(std::numeric_limits<To>::max());
    return x <= least      ? std::numeric_limits<To>::min()
           : x >= greatest ? std::numeric_limits<To>::max()
                           : static_cast<To>(x);
}

template <class To, class From, Rounding R = NEAREST>
PTX_INLINE To convert(From from) {
    if constexpr (isFloat<From> && !isFloat<To>) {
        return floatToInteger<To, R>(from);
    } else {
        return static_cast<To>(from);
    }
}

/// cvt.rmi.f32.f32 and the like: floor, ceiling, truncation, nearest even.
template <class T, Rounding R>
PTX_INLINE T toIntegral(T from) {
    return static_cast<T>(integral<R>(from));
}

}  // namespace ptx
