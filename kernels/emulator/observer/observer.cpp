#include "observer/observer.h"

#include "core/settings.h"
#include "observer/checker.h"
#include "observer/counter.h"
#include "ptx/hooks.h"

namespace emulator {

namespace {

Checker& checker() {
    static auto* one = new Checker;
    return *one;
}

}  // namespace

Counter& counter() {
    static auto* one = new Counter;
    return *one;
}

void observeLaunch(const Launch& launch) {
    if (settings().check) checker().startLaunch(launch);
    if (settings().count) counter().startLaunch(launch);
}

void observeLaunchEnd() {
    if (settings().count) counter().endLaunch();
}

void observeBlock(const Block& block, size_t threads) {
    if (settings().check) checker().startBlock(block);
    if (settings().count) counter().startBlock(threads);
}

void observeBlockEnd() {
    if (settings().count) counter().endBlock();
}

void observeBarrier() {
    if (settings().count) counter().barrier();
}

void observeReturn(const Thread& t) {
    if (settings().count) counter().threadReturned(t);
}

void observe(Thread& t, Space space, const void* address, uint32_t bytes, Access access) {
    if (settings().check) checker().access(t, space, address, bytes, access);
    if (settings().count && space != CONSTANT) counter().access(t, space, address, bytes, access);
}

void observeBranch(Thread& t, uint32_t line, bool taken) {
    if (settings().count) counter().branch(t, line, taken);
}

}  // namespace emulator
