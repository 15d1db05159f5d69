#include "execution/workers.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "core/settings.h"
#include "execution/faults.h"

namespace emulator {

namespace {

class Workers {
public:
    void run(size_t count, unsigned threads, const std::function<void(size_t)>& job) {
        std::unique_lock<std::mutex> lock(mutex_);
        while (threads_ < threads) {
            // Never joined: the process may end while they wait.
            std::thread([this, number = threads_] { serve(number); }).detach();
            threads_++;
        }
        job_ = &job;
        count_ = count;
        next_ = 0;
        wanted_ = working_ = static_cast<unsigned>(std::min<size_t>(threads, count));
        task_++;
        wake_.notify_all();
        done_.wait(lock, [this] { return working_ == 0; });
    }

private:
    void serve(unsigned number) {
        prepareThreadForFaults();
        uint64_t seen = 0;
        std::unique_lock<std::mutex> lock(mutex_);
        for (;;) {
            wake_.wait(lock, [&] { return task_ != seen && number < wanted_; });
            seen = task_;
            lock.unlock();
            for (size_t index = next_++; index < count_; index = next_++) {
                (*job_)(index);
            }
            lock.lock();
            if (--working_ == 0) {
                done_.notify_one();
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    unsigned threads_ = 0;
    unsigned wanted_ = 0;  // those with a smaller number take part
    unsigned working_ = 0;
    uint64_t task_ = 0;
    const std::function<void(size_t)>* job_ = nullptr;
    size_t count_ = 0;
    std::atomic<size_t> next_{0};
};

}  // namespace

void parallel(size_t count, unsigned threads, const std::function<void(size_t)>& job) {
    static auto* workers = new Workers;
    static auto* turn = new std::mutex;
    if (count > 0) {
        std::lock_guard<std::mutex> lock(*turn);
        workers->run(count, std::max(1u, threads), job);
    }
}

unsigned workerCount() {
    unsigned wanted = settings().workers;
    return wanted != 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace emulator
