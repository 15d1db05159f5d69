#include "execution/fiber.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

#ifndef __x86_64__
#error "the switch between fibers is written for x86-64"
#endif

// void emulator_switch(void** save, void* load): stores the callee-saved registers on this stack, and takes them from
// the other one. ucontext would do the same with two system calls, four times as slowly.
extern "C" void emulator_switch(void** save, void* load);
asm(R"(
    .text
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
constexpr int kSavedRegisters = 6;

}  // namespace

Fiber::Fiber(void (*body)()) : body_(body) {
    void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    stack_ = static_cast<char*>(memory);
    mprotect(stack_, kPage, PROT_NONE);
    restart();
}

Fiber::~Fiber() { munmap(stack_, kBytes); }

void Fiber::restart() {
    // As emulator_switch leaves a stack: the saved registers, then the address to return to. The word above that
    // stands for a caller's return address, so that the body starts with the alignment of a called function.
    auto** pointer = reinterpret_cast<void**>(top());
    *--pointer = nullptr;
    *--pointer = reinterpret_cast<void*>(body_);
    pointer -= kSavedRegisters;
    memset(pointer, 0, kSavedRegisters * sizeof(void*));
    inside_ = pointer;
}

void Fiber::resume() { emulator_switch(&outside_, inside_); }

void Fiber::suspend() { emulator_switch(&inside_, outside_); }

bool Fiber::holds(const void* address) const { return address >= stack_ && address < top(); }

}  // namespace emulator
