#include "execution/fiber.h"

#include <sys/mman.h>

#include <atomic>
#include <cstring>
#include <new>

#ifndef __x86_64__
#error "the switch between fibers is written for x86-64"
#endif

// ucontext would do the same with two system calls, four times as slowly.
asm(R"(
    .text
    .globl emulator_switch
    .hidden emulator_switch
    .type emulator_switch, @function
emulator_switch:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .size emulator_switch, .-emulator_switch
)");

namespace emulator {

namespace {

constexpr size_t kPage = 4096;
constexpr size_t kCacheLine = 64;
constexpr size_t kColors = 128;
constexpr size_t kColor = 5 * kCacheLine;
constexpr int kSavedRegisters = 6;

}  // namespace

Fiber::Fiber(void (*body)()) : body_(body) {
    void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    stack_ = static_cast<char*>(memory);
    mprotect(stack_, kPage, PROT_NONE);
    // Tops at the same place of their pages would share a few sets of the cache, and push one another out.
    static std::atomic<size_t> made{0};
    top_ = stack_ + kBytes - made++ % kColors * kColor;
    restart();
}

Fiber::~Fiber() { munmap(stack_, kBytes); }

void Fiber::restart() {
    // As emulator_switch leaves a stack: the saved registers, then the address to return to. The word above that
    // takes the place of a caller's return address, so that the body starts with the alignment of a called function.
    auto** pointer = reinterpret_cast<void**>(top());
    *--pointer = nullptr;
    *--pointer = reinterpret_cast<void*>(body_);
    pointer -= kSavedRegisters;
    memset(pointer, 0, kSavedRegisters * sizeof(void*));
    inside_ = pointer;
}

bool Fiber::holds(const void* address) const { return address >= stack_ && address < top_; }

}  // namespace emulator
