#include "execution/launch.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>

#include "core/random.h"
#include "core/settings.h"
#include "execution/faults.h"
#include "execution/multiprocessor.h"
#include "execution/workers.h"
#include "module/kernel.h"
#include "observer/observer.h"

namespace emulator {

namespace {

/// In which order blocks start; empty for first to last.
std::vector<uint64_t> blockOrder(const Launch& launch) {
    std::vector<uint64_t> order;
    if (settings().order != Order::FORWARD) {
        order.resize(launch.grid.volume());
        std::iota(order.rbegin(), order.rend(), 0);
        if (settings().order == Order::RANDOM) {
            Random(settings().seed, launch.serial, ~0ull).shuffle(order);
        }
    }
    return order;
}

Multiprocessor& multiprocessorOfThisThread() {
    static thread_local auto* multiprocessor = new Multiprocessor;  // as long as the pool's threads: for ever
    return *multiprocessor;
}

}  // namespace

Status execute(Launch launch) {
    static uint64_t launches = 0;
    launch.serial = ++launches;
    launch.code = launch.kernel->code(settings().observed());
    if (launch.code == nullptr) {
        return INVALID_PTX;
    }
    launch.sharedBytes = launch.kernel->sharedBytes() + launch.dynamicBytes;
    installFaultHandler();

    std::vector<uint64_t> order = blockOrder(launch);
    std::atomic<bool> failed{false};
    std::mutex mutex;
    Failure first;
    // The observer keeps one history of accesses, so it sees one block at a time.
    unsigned threads = settings().observed() ? 1 : workerCount();
    observeLaunch(launch);
    parallel(launch.grid.volume(), threads, [&](size_t i) {
        if (failed) {
            return;
        }
        Multiprocessor& multiprocessor = multiprocessorOfThisThread();
        if (!multiprocessor.run(launch, order.empty() ? i : order[i])) {
            failed = true;
            std::lock_guard<std::mutex> lock(mutex);
            if (first.status == SUCCESS || multiprocessor.failure().block < first.block) {
                first = multiprocessor.failure();
            }
        }
    });
    observeLaunchEnd();
    return first.status == SUCCESS ? SUCCESS : report(first.status, first.text);
}

}  // namespace emulator
