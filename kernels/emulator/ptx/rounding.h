// Float sums and products rounded towards zero, down or up: nvcc's exp, log and casts are built on them.
//
// A product of two float32 is exact in float64, and the error of a float64 sum is a float64 (Knuth's two-sum), so
// the exact result is known and is rounded once. For float64 operands there is no wider type: not emulated.
#pragma once

#include "ptx/registers.h"

namespace ptx {

enum Rounding { NEAREST, ZERO, DOWN, UP };

/// The neighbor of x towards minus (step -1) or plus infinity (step 1); x finite.
PTX_INLINE f32 neighbor(f32 x, int step) {
    if (x == 0) {
        return step > 0 ? float32(1) : float32(0x80000001u);
    }
    u32 bits = cast<u32>(x);
    return float32((x > 0) == (step > 0) ? bits + 1 : bits - 1);
}

/// high + low, exactly known, as a float32; |low| is at most half an ulp of high.
template <Rounding R>
PTX_INLINE f32 roundExact(f64 high, f64 low) {
    f32 nearest = static_cast<f32>(high);
    f64 excess = static_cast<f64>(nearest) - high;  // exact: both have the same leading digits
    bool above = excess > 0 || (excess == 0 && low < 0);
    bool below = excess < 0 || (excess == 0 && low > 0);
    bool down = R == DOWN || (R == ZERO && high > 0);
    bool up = R == UP || (R == ZERO && high < 0);
    if (nearest - nearest != 0) {  // infinite or NaN: an overflow rounds back to the largest number
        bool overflow = nearest == nearest && high - high == 0;
        return overflow && ((down && nearest > 0) || (up && nearest < 0)) ? neighbor(nearest, nearest > 0 ? -1 : 1)
                                                                          : nearest;
    }
    return above && down ? neighbor(nearest, -1) : below && up ? neighbor(nearest, 1) : nearest;
}

template <Rounding R>
PTX_INLINE f32 sumExact(f64 a, f64 b) {
    f64 sum = a + b;
    f64 part = sum - a;
    return roundExact<R>(sum, (a - (sum - part)) + (b - part));
}

}  // namespace ptx
