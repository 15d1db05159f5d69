// The state behind the driver API: contexts, streams, events. One lock guards it all.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "core/status.h"
#include "module/module.h"

// Every function of the API starts with one of these two.
#define API extern "C" EMULATOR_EXPORT int

/// Takes the lock; returns from the calling function if the driver is not initialized, no context is current, or an
/// earlier launch has broken it.
#define ENTER()                                          \
    std::lock_guard<std::recursive_mutex> lock(mutex()); \
    if (Status bad = notUsable(__func__)) return bad

namespace emulator {

using Operation = std::function<Status()>;

struct Stream {
    bool blocking = true;  // ordered with the default stream
    std::deque<Operation> queue;
};

struct Event {
    uint64_t asked = 0;   // how often cuEventRecord was called
    uint64_t passed = 0;  // and the last of those that has been reached
    Stream* stream = nullptr;
    std::chrono::steady_clock::time_point time;
};

struct Context {
    Status broken = SUCCESS;  // by a failed launch; stays so
    Stream defaultStream;
    std::map<Stream*, std::unique_ptr<Stream>> streams;
    std::map<Event*, std::shared_ptr<Event>> events;
    std::map<Module*, std::unique_ptr<Module>> modules;
    std::set<void*> allocations;

    ~Context();
};

std::recursive_mutex& mutex();

/// Of the calling thread; null if none is current.
Context* currentContext();

/// See ENTER.
Status notUsable(const char* function);

/// The stream behind a handle; 0, 1 and 2 are the default stream.
Stream* streamOf(void* handle);

/// Puts work into a stream. It is done at once, or, if the device is lazy, when the host waits. Like on a GPU its
/// failure is not returned here but breaks the context.
Status submit(Stream* stream, Operation operation);

/// Does all that is queued; returns what broke the context.
Status finish(Stream* stream);
Status finishAll();

/// Does what is queued up to the event.
void finishUntil(Event& event, uint64_t generation);

/// True if the host memory was allocated or registered with CUDA, so that copies may outlast the call.
bool isPinned(const void* host, size_t bytes);

/// The device has been asked for with cuInit.
bool& initialized();

}  // namespace emulator
