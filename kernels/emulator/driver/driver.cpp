#include "driver/driver.h"

#include "core/settings.h"
#include "memory/device_memory.h"

namespace emulator {

std::recursive_mutex& mutex() {
    static auto* one = new std::recursive_mutex;
    return *one;
}

bool& initialized() {
    static bool done = false;
    return done;
}

Context::~Context() {
    defaultStream.queue.clear();
    for (void* allocation : allocations) {
        deviceMemory().free(allocation);
    }
}

Status notUsable(const char* function) {
    if (!initialized()) {
        return report(NOT_INITIALIZED, std::string(function) + " before cuInit");
    }
    Context* context = currentContext();
    if (context == nullptr) {
        return report(INVALID_CONTEXT, std::string(function) + ": no context is current on this thread");
    }
    return context->broken;
}

Stream* streamOf(void* handle) {
    return reinterpret_cast<uintptr_t>(handle) <= 2 ? &currentContext()->defaultStream : static_cast<Stream*>(handle);
}

namespace {

void runFirst(Stream* stream) {
    Context* context = currentContext();
    Operation operation = std::move(stream->queue.front());
    stream->queue.pop_front();
    if (context->broken == SUCCESS) {
        context->broken = operation();
    }
}

/// The default stream waits for the blocking ones, and they for it.
void orderWithDefaultStream(Stream* stream) {
    Context* context = currentContext();
    if (stream != &context->defaultStream) {
        if (stream->blocking) {
            finish(&context->defaultStream);
        }
        return;
    }
    for (auto& other : context->streams) {
        if (other.second->blocking) {
            finish(other.first);
        }
    }
}

}  // namespace

Status submit(Stream* stream, Operation operation) {
    if (settings().lazy) {
        orderWithDefaultStream(stream);
        stream->queue.push_back(std::move(operation));
        return SUCCESS;
    }
    finishAll();  // of a time when the device was lazy
    currentContext()->broken = operation();
    return SUCCESS;
}

Status finish(Stream* stream) {
    while (!stream->queue.empty()) {
        runFirst(stream);
    }
    return currentContext()->broken;
}

Status finishAll() {
    Context* context = currentContext();
    finish(&context->defaultStream);
    for (auto& stream : context->streams) {
        finish(stream.first);
    }
    return context->broken;
}

void finishUntil(Event& event, uint64_t generation) {
    while (event.passed < generation && !event.stream->queue.empty()) {
        runFirst(event.stream);
    }
}

}  // namespace emulator
