#include "execution/multiprocessor.h"

#include <algorithm>
#include <cstring>

#include "core/random.h"
#include "core/settings.h"
#include "memory/device_memory.h"
#include "module/kernel.h"
#include "observer/observer.h"

namespace emulator {

thread_local Multiprocessor* Multiprocessor::running = nullptr;

namespace {

constexpr uint32_t kLanes = 32;
constexpr size_t kSharedAlignment = 128;
constexpr int kNeverWritten = 0xFF;  // a NaN in every float format

}  // namespace

Multiprocessor::Multiprocessor() = default;

void Multiprocessor::prepare(const Launch& launch) {
    launch_ = &launch;
    if (prepared_ == launch.serial) {
        return;
    }
    prepared_ = launch.serial;
    observed_ = settings().observed();
    auto count = static_cast<uint32_t>(launch.block.volume());
    threads_.assign(count, Thread());
    warps_.assign((count + kLanes - 1) / kLanes, Warp());
    order_.resize(count);
    for (uint32_t i = 0; i < count; i++) {
        Thread& t = threads_[i];
        t.block = &block_;
        t.index = {i % launch.block.x, i / launch.block.x % launch.block.y, i / (launch.block.x * launch.block.y)};
        t.linear = i;
        t.lane = i % kLanes;
        t.warp = i / kLanes;
        warps_[t.warp].lanes |= 1u << t.lane;
        order_[i] = i;
    }
    window_.resize(launch.sharedBytes + kSharedAlignment);
    auto base = reinterpret_cast<uintptr_t>(window_.data());
    block_.shared = reinterpret_cast<char*>((base + kSharedAlignment - 1) / kSharedAlignment * kSharedAlignment);
    block_.sharedBytes = launch.sharedBytes;
    block_.size = launch.block;
    block_.grid = launch.grid;
    block_.parameters = launch.parameters.data();
    block_.variables = launch.kernel->variables();
}

void Multiprocessor::orderThreads(const Launch& launch, uint64_t blockNumber) {
    Order order = settings().order;
    if (order == Order::RANDOM) {
        Random random(settings().seed, launch.serial, blockNumber);
        random.shuffle(order_);
    } else if (order == Order::REVERSE && order_.front() == 0) {
        std::reverse(order_.begin(), order_.end());
    }
}

void Multiprocessor::startBlock(const Launch& launch, uint64_t number) {
    block_.number = number;
    block_.index.x = static_cast<uint32_t>(number % launch.grid.x);
    block_.index.y = static_cast<uint32_t>(number / launch.grid.x % launch.grid.y);
    block_.index.z = static_cast<uint32_t>(number / (uint64_t(launch.grid.x) * launch.grid.y));
    memset(block_.shared, kNeverWritten, block_.sharedBytes);
    for (Thread& t : threads_) {
        t.line = t.barriers = t.warpBarriers = 0;
    }
    for (Warp& warp : warps_) {
        warp.restart();
    }
    orderThreads(launch, number);
    started_ = returned_ = 0;
    ready_.clear();
    readyHead_ = 0;
    atBarrier_.clear();
    failure_ = Failure();
}

bool Multiprocessor::run(const Launch& launch, uint64_t blockNumber) {
    prepare(launch);
    startBlock(launch, blockNumber);
    if (observed_) {
        observeBlock(block_, threads_.size());
    }
    running = this;
    while (returned_ < threads_.size() && failure_.status == SUCCESS) {
        fiber_ = nextFiber();
        if (fiber_ == nullptr) {
            reportDeadlock();
        } else {
            fiber_->resume();
        }
    }
    running = nullptr;
    if (observed_) {
        observeBlockEnd();
    }
    if (failure_.status == SUCCESS) {
        return true;
    }
    idle_.clear();
    for (auto& fiber : fibers_) {
        fiber->restart();
        idle_.push_back(fiber.get());
    }
    return false;
}

Fiber* Multiprocessor::nextFiber() {
    if (readyHead_ < ready_.size()) {
        current_ = ready_[readyHead_++];
        if (readyHead_ == ready_.size()) {
            ready_.clear();
            readyHead_ = 0;
        }
        return static_cast<Fiber*>(current_->fiber);
    }
    if (started_ == threads_.size()) {
        return nullptr;
    }
    if (idle_.empty()) {
        fibers_.push_back(std::make_unique<Fiber>([] { running->runThreads(); }));
        return fibers_.back().get();
    }
    Fiber* fiber = idle_.back();
    idle_.pop_back();
    return fiber;
}

/// The body of every fiber: starts threads until there are none left, or some that waited may go on.
void Multiprocessor::runThreads() {
    for (;;) {
        while (started_ < threads_.size()) {
            Thread& t = threads_[order_[started_++]];
            t.fiber = fiber_;
            current_ = &t;
            launch_->code(t);
            retire(t);
            if (readyHead_ < ready_.size()) {
                break;
            }
        }
        idle_.push_back(fiber_);
        fiber_->suspend();
    }
}

void Multiprocessor::fail(Thread& t, Status status, const std::string& what) {
    record(&t, status, what);
    fiber_->suspend();
    __builtin_unreachable();
}

char* Multiprocessor::prepareFault(const void* address) {
    faultAddress_ = address;
    return fiber_->top();
}

void Multiprocessor::faulted() {
    if (fiber_->holds(faultAddress_)) {
        fail(*current_, LAUNCH_FAILED, "the thread's own arrays overflow its stack");
    }
    fail(*current_, ILLEGAL_ADDRESS, "illegal access: " + deviceMemory().describe(faultAddress_, 1));
}

/// "kernel softmax, softmax.cu:33, block (0,0,0), thread (32,0,0): ..."
void Multiprocessor::record(const Thread* t, Status status, const std::string& what) {
    failure_.status = status;
    failure_.block = block_.number;
    const Kernel& kernel = *launch_->kernel;
    failure_.text = "kernel " + kernel.name();
    if (t != nullptr) {
        failure_.text += ", " + kernel.where(t->line) +
                         format(", block (%u,%u,%u), thread (%u,%u,%u)", block_.index.x, block_.index.y, block_.index.z,
                                t->index.x, t->index.y, t->index.z);
    }
    failure_.text += ": " + what;
}

}  // namespace emulator
