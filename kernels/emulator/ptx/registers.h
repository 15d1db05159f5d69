// PTX types, and registers read and written as one of them.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#define PTX_INLINE static inline __attribute__((always_inline))

namespace ptx {

using u8 = uint8_t;
using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;
using s8 = int8_t;
using s16 = int16_t;
using s32 = int32_t;
using s64 = int64_t;
using b8 = uint8_t;
using b16 = uint16_t;
using b32 = uint32_t;
using b64 = uint64_t;
using f32 = float;
using f64 = double;
using pred = bool;

template <class T>
constexpr bool isFloat = std::is_floating_point<T>::value;

template <class T>
constexpr bool isSigned = std::is_signed<T>::value;

template <class T>
constexpr u32 bitsOf = sizeof(T) * 8;

/// The same bits as another type.
template <class To, class From>
PTX_INLINE To cast(From from) {
    static_assert(sizeof(To) == sizeof(From), "a register of another width");
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}

/// A register (or immediate) as T: integers are cut to T's width.
template <class T, class R>
PTX_INLINE T get(R r) {
    if constexpr (isFloat<T>) {
        return cast<T>(r);
    } else {
        return static_cast<T>(r);
    }
}

/// A value of type T into a register, sign- or zero-extended as T says.
template <class T, class R>
PTX_INLINE void put(R& r, T value) {
    if constexpr (isFloat<T>) {
        r = cast<R>(value);
    } else if constexpr (isSigned<T>) {
        r = static_cast<R>(static_cast<s64>(value));
    } else {
        r = static_cast<R>(value);
    }
}

/// 0f3F800000 and 0d3FF0000000000000.
PTX_INLINE f32 float32(u32 bits) { return cast<f32>(bits); }
PTX_INLINE f64 float64(u64 bits) { return cast<f64>(bits); }

}  // namespace ptx
