// Streams and events.
#include "core/settings.h"
#include "driver/driver.h"

using namespace emulator;

namespace {

constexpr unsigned kNonBlocking = 1;

bool isStream(Stream* stream) {
    Context* context = currentContext();
    return stream == &context->defaultStream || context->streams.count(stream) == 1;
}

std::shared_ptr<Event> eventOf(Event* handle) {
    auto& events = currentContext()->events;
    auto found = events.find(handle);
    return found == events.end() ? nullptr : found->second;
}

/// Declares `name` for the stream behind the handle, or returns.
#define STREAM(name, handle)         \
    Stream* name = streamOf(handle); \
    if (!isStream(name)) return report(INVALID_HANDLE, std::string(__func__) + ": no such stream")

#define EVENT(name, handle)                        \
    std::shared_ptr<Event> name = eventOf(handle); \
    if (name == nullptr) return report(INVALID_HANDLE, std::string(__func__) + ": no such event")

}  // namespace

API cuStreamCreate(Stream** stream, unsigned flags) {
    ENTER();
    auto created = std::make_unique<Stream>();
    created->blocking = (flags & kNonBlocking) == 0;
    *stream = created.get();
    currentContext()->streams[*stream] = std::move(created);
    return SUCCESS;
}

API cuStreamCreateWithPriority(Stream** stream, unsigned flags, int) { return cuStreamCreate(stream, flags); }

API cuStreamDestroy_v2(Stream* handle) {
    ENTER();
    STREAM(stream, handle);
    Status status = finish(stream);
    for (auto& event : currentContext()->events) {
        if (event.second->stream == stream) {
            event.second->stream = &currentContext()->defaultStream;
        }
    }
    currentContext()->streams.erase(stream);
    return status;
}

API cuStreamSynchronize(Stream* handle) {
    ENTER();
    STREAM(stream, handle);
    return finish(stream);
}

API cuStreamQuery(Stream* handle) {
    ENTER();
    STREAM(stream, handle);
    return stream->queue.empty() ? SUCCESS : NOT_READY;
}

API cuStreamWaitEvent(Stream* handle, Event* eventHandle, unsigned) {
    ENTER();
    STREAM(stream, handle);
    EVENT(event, eventHandle);
    uint64_t generation = event->asked;  // a later cuEventRecord makes no difference
    return submit(stream, [event, generation] {
        finishUntil(*event, generation);
        return currentContext()->broken;
    });
}

API cuEventCreate(Event** event, unsigned) {
    ENTER();
    auto created = std::make_shared<Event>();
    created->stream = &currentContext()->defaultStream;
    *event = created.get();
    currentContext()->events[*event] = created;
    return SUCCESS;
}

API cuEventDestroy_v2(Event* handle) {
    ENTER();
    EVENT(event, handle);
    currentContext()->events.erase(handle);
    return SUCCESS;
}

API cuEventRecord(Event* handle, Stream* streamHandle) {
    ENTER();
    EVENT(event, handle);
    STREAM(stream, streamHandle);
    uint64_t generation = ++event->asked;
    event->stream = stream;
    return submit(stream, [event, generation] {
        event->passed = generation;
        event->time = std::chrono::steady_clock::now();
        return SUCCESS;
    });
}

API cuEventSynchronize(Event* handle) {
    ENTER();
    EVENT(event, handle);
    finishUntil(*event, event->asked);
    return currentContext()->broken;
}

API cuEventQuery(Event* handle) {
    ENTER();
    EVENT(event, handle);
    return event->passed == event->asked ? SUCCESS : NOT_READY;
}

/// Real time on this CPU: it says nothing of a GPU.
API cuEventElapsedTime(float* milliseconds, Event* startHandle, Event* endHandle) {
    ENTER();
    EVENT(start, startHandle);
    EVENT(end, endHandle);
    if (start->asked == 0 || end->asked == 0) {
        return report(INVALID_HANDLE, "cuEventElapsedTime of an event that was never recorded");
    }
    if (start->passed != start->asked || end->passed != end->asked) {
        return NOT_READY;
    }
    *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
    return SUCCESS;
}
