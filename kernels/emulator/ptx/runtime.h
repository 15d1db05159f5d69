// Included by the C++ that PTX is translated to: one function for each instruction.
//
// A PTX register is a bag of bits; every instruction says as which type it takes them. Hence get<f32>(v_r1) and
// put<f32>(v_r1, x): they compile to nothing.
#pragma once

#include "ptx/arithmetic.h"
#include "ptx/atomic.h"
#include "ptx/bits.h"
#include "ptx/compare.h"
#include "ptx/convert.h"
#include "ptx/memory.h"
#include "ptx/registers.h"
#include "ptx/rounding.h"
#include "ptx/thread.h"
#include "ptx/warp.h"
