#include "execution/faults.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <csignal>
#include <cstdint>
#include <mutex>

#include "execution/multiprocessor.h"

namespace emulator {

namespace {

struct sigaction previousSegv;
struct sigaction previousBus;

void kernelFaulted() { Multiprocessor::running->faulted(); }

void passOn(int signal, siginfo_t* info, void* context) {
    const struct sigaction& previous = signal == SIGSEGV ? previousSegv : previousBus;
    if (previous.sa_flags & SA_SIGINFO) {
        previous.sa_sigaction(signal, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(signal);
    } else {
        sigaction(signal, &previous, nullptr);  // returning repeats the access, and so ends the process
    }
}

/// Does not report from within the handler: lets the fiber go on in kernelFaulted(), on an empty stack.
void onSignal(int signal, siginfo_t* info, void* context) {
    Multiprocessor* multiprocessor = Multiprocessor::running;
    if (multiprocessor == nullptr) {
        passOn(signal, info, context);
        return;
    }
    auto top = reinterpret_cast<uintptr_t>(multiprocessor->prepareFault(info->si_addr));
    auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    registers[REG_RSP] = static_cast<greg_t>(top - 64 - sizeof(void*));  // as just after a call
    registers[REG_RIP] = reinterpret_cast<greg_t>(&kernelFaulted);
}

}  // namespace

void installFaultHandler() {
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action = {};
        action.sa_sigaction = onSignal;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
        sigemptyset(&action.sa_mask);
        sigaction(SIGSEGV, &action, &previousSegv);
        sigaction(SIGBUS, &action, &previousBus);
    });
}

void prepareThreadForFaults() {
    constexpr size_t kBytes = 64 * 1024;
    void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) {
        stack_t stack = {};
        stack.ss_sp = memory;
        stack.ss_size = kBytes;
        sigaltstack(&stack, nullptr);
    }
}

}  // namespace emulator
