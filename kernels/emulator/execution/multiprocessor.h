// Runs the blocks of a grid, one after the other, on one CPU thread.
//
// The threads of a block run one after the other on a single fiber for as long as none of them has to wait. One that
// reaches a barrier or a shuffle keeps the fiber's stack, and the threads after it get a new fiber. Hence a kernel
// without barriers costs no switch at all, and one with barriers some 45 ns for each thread and barrier.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "execution/fiber.h"
#include "execution/launch.h"
#include "execution/warp.h"
#include "ptx/thread.h"
#include "ptx/warp.h"

namespace emulator {

class Multiprocessor {
public:
    Multiprocessor();

    /// Runs one block; false if it failed.
    bool run(const Launch& launch, uint64_t blockNumber);

    const Failure& failure() const { return failure_; }

    // Called on fibers, by translated code.
    void barrier(Thread& t);
    uint32_t barrierReduce(Thread& t, Reduction reduction, bool value);
    const uint64_t* exchange(Thread& t, uint32_t mask, uint64_t value, uint32_t* participants);

    /// Ends the launch; the rest of the fiber is never run.
    [[noreturn]] void fail(Thread& t, Status status, const std::string& what);

    /// Where the signal handler sends a fiber that touched what is not mapped.
    [[noreturn]] void faulted();

    /// Remembers the address for faulted(), and gives the stack to call it on.
    char* prepareFault(const void* address);

    const std::vector<Thread>& threads() const { return threads_; }

    /// The one that runs a kernel on this CPU thread now, or null.
    static thread_local Multiprocessor* running __attribute__((tls_model("initial-exec")));

private:
    void prepare(const Launch& launch);
    void startBlock(const Launch& launch, uint64_t blockNumber);
    void orderThreads(const Launch& launch, uint64_t blockNumber);
    Fiber* nextFiber();
    void runThreads();
    void retire(Thread& t);
    void wake(Thread& t) { ready_.push_back(&t); }
    void reportDeadlock();
    void record(const Thread* t, Status status, const std::string& what);

    const Launch* launch_ = nullptr;
    bool observed_ = false;
    uint64_t prepared_ = 0;  // serial of the launch that threads_ and warps_ are made for
    Block block_;
    std::vector<Thread> threads_;
    std::vector<Warp> warps_;
    std::vector<uint32_t> order_;  // in which threads start
    std::vector<char> window_;     // shared memory
    size_t started_ = 0;
    size_t returned_ = 0;
    Thread* current_ = nullptr;

    std::vector<Thread*> ready_;  // may go on; a queue from readyHead_
    size_t readyHead_ = 0;
    std::vector<Thread*> atBarrier_;
    uint32_t reducing_[3] = {};  // count, all, any of those at the barrier
    uint32_t reduced_[3] = {};   // of those that have left it

    std::vector<std::unique_ptr<Fiber>> fibers_;
    std::vector<Fiber*> idle_;
    Fiber* fiber_ = nullptr;

    const void* faultAddress_ = nullptr;
    Failure failure_;
};

}  // namespace emulator
