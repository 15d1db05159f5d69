// Where the threads of a block wait for one another: barriers and warp exchanges, and what can go wrong at them.
#include <cstring>

#include "execution/multiprocessor.h"
#include "module/kernel.h"
#include "observer/observer.h"

namespace emulator {

void Multiprocessor::barrier(Thread& t) {
    if (returned_ > 0) {
        fail(t, LAUNCH_FAILED,
             format("divergent barrier: __syncthreads() after %zu threads of the block have returned", returned_));
    }
    if (!atBarrier_.empty() && atBarrier_.front()->line != t.line) {
        fail(t, LAUNCH_FAILED,
             "divergent barrier: other threads of the block wait at " +
                 launch_->kernel->where(atBarrier_.front()->line));
    }
    t.barriers++;
    atBarrier_.push_back(&t);
    if (atBarrier_.size() == threads_.size()) {
        if (observed_) {
            observeBarrier();
        }
        for (Thread* waiting : atBarrier_) {
            wake(*waiting);
        }
        atBarrier_.clear();
    }
    fiber_->suspend();
}

uint32_t Multiprocessor::barrierReduce(Thread& t, Reduction reduction, bool value) {
    if (atBarrier_.empty()) {
        reducing_[COUNT] = 0;
        reducing_[ALL] = 1;
        reducing_[ANY] = 0;
    }
    reducing_[COUNT] += value;
    reducing_[ALL] &= value;
    reducing_[ANY] |= value;
    if (atBarrier_.size() + 1 == threads_.size()) {
        memcpy(reduced_, reducing_, sizeof reduced_);
    }
    barrier(t);
    return reduced_[reduction];
}

const uint64_t* Multiprocessor::exchange(Thread& t, uint32_t mask, uint64_t value, uint32_t* participants) {
    Warp& warp = warps_[t.warp];
    uint32_t self = 1u << t.lane;
    if (!(mask & self)) {
        fail(t, LAUNCH_FAILED,
             format("the mask 0x%08x of a warp instruction lacks lane %u, which calls it", mask, t.lane));
    }
    uint32_t expected = mask & warp.lanes;
    if (expected & warp.returned) {
        fail(t, LAUNCH_FAILED,
             format("partial-mask deadlock: waits for the lanes 0x%08x, of which 0x%08x have returned", mask,
                    warp.returned));
    }
    Exchange* exchange = warp.find(expected);
    if (exchange == nullptr) {
        fail(t, LAUNCH_FAILED, format("more than %d different masks at once in one warp", Warp::kExchanges));
    }
    exchange->mask = expected;
    uint64_t* values = exchange->values[exchange->turn & 1];
    values[t.lane] = value;
    exchange->arrived |= self;
    warp.waiting |= self;
    *participants = expected;
    if (exchange->arrived == expected) {
        exchange->arrived = 0;
        warp.waiting &= ~expected;
        exchange->unread = expected & ~self;
        exchange->turn++;
        for (uint32_t others = exchange->unread; others != 0; others &= others - 1) {
            wake(threads_[t.linear - t.lane + static_cast<uint32_t>(__builtin_ctz(others))]);
        }
    } else {
        fiber_->suspend();
        exchange->unread &= ~self;
    }
    return values;
}

/// A thread has returned from the kernel: no other may be waiting for it.
void Multiprocessor::retire(Thread& t) {
    returned_++;
    if (observed_) {
        observeReturn(t);
    }
    Warp& warp = warps_[t.warp];
    warp.returned |= 1u << t.lane;
    if (!atBarrier_.empty()) {
        fail(*atBarrier_.front(), LAUNCH_FAILED,
             format("divergent barrier: thread (%u,%u,%u) has returned while this one waits in __syncthreads()",
                    t.index.x, t.index.y, t.index.z));
    }
    if (warp.waiting == 0) {
        return;
    }
    for (const Exchange& exchange : warp.exchanges) {
        if (exchange.arrived != 0 && exchange.mask & warp.returned) {
            Thread& waiting = threads_[t.linear - t.lane + static_cast<uint32_t>(__builtin_ctz(exchange.arrived))];
            fail(waiting, LAUNCH_FAILED,
                 format("partial-mask deadlock: waits for the lanes 0x%08x, but lane %u has returned", exchange.mask,
                        t.lane));
        }
    }
}

/// Every thread has started, none can go on, and some have not returned.
void Multiprocessor::reportDeadlock() {
    for (const Warp& warp : warps_) {
        for (const Exchange& exchange : warp.exchanges) {
            if (exchange.arrived != 0) {
                size_t first = static_cast<size_t>(&warp - warps_.data()) * 32;
                uint32_t missing = exchange.mask & ~exchange.arrived;
                record(&threads_[first + static_cast<size_t>(__builtin_ctz(exchange.arrived))], LAUNCH_FAILED,
                       format("partial-mask deadlock: waits for the lanes 0x%08x, of which 0x%08x never come",
                              exchange.mask, missing));
                return;
            }
        }
    }
    const Thread* waiting = atBarrier_.empty() ? nullptr : atBarrier_.front();
    record(waiting, LAUNCH_FAILED, format("deadlock: %zu threads wait in __syncthreads()", atBarrier_.size()));
}

// What translated code calls.

void barrier(Thread& t) { Multiprocessor::running->barrier(t); }

uint32_t barrierReduce(Thread& t, Reduction reduction, bool value) {
    return Multiprocessor::running->barrierReduce(t, reduction, value);
}

const uint64_t* warpExchange(Thread& t, uint32_t mask, uint64_t value, uint32_t* participants) {
    return Multiprocessor::running->exchange(t, mask, value, participants);
}

void shuffleFromAbsentLane(Thread& t, uint32_t lane) {
    Multiprocessor::running->fail(t, LAUNCH_FAILED,
                                  format("the shuffle reads lane %u, which does not take part", lane));
}

void trap(Thread& t) { Multiprocessor::running->fail(t, LAUNCH_FAILED, "trap: the kernel stopped itself"); }

}  // namespace emulator
