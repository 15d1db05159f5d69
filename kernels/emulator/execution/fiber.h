// A separate stack for code that stops in the middle and continues later: a CUDA thread at a barrier.
#pragma once

#include <cstddef>

/// Stores the callee-saved registers on this stack and its pointer in *save, and takes them from the stack `load`.
extern "C" void emulator_switch(void** save, void* load);

namespace emulator {

class Fiber {
public:
    /// The body must never return: it leaves by switching away.
    explicit Fiber(void (*body)());
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    /// Discards the stack: the next resume() starts the body from the beginning.
    void restart();

    /// Runs the fiber until it suspends; called from outside.
    void resume() { emulator_switch(&outside_, inside_); }

    /// Goes back to where resume() was called; called on the fiber.
    void suspend() { emulator_switch(&inside_, outside_); }

    /// True if the address is on this stack or in the page below it that catches overflow.
    bool holds(const void* address) const;

    char* top() const { return top_; }

private:
    static constexpr size_t kBytes = 256 * 1024;

    void (*body_)();
    char* stack_;
    char* top_;
    void* inside_ = nullptr;   // stack pointer of the suspended fiber
    void* outside_ = nullptr;  // of the code that resumed it
};

}  // namespace emulator
