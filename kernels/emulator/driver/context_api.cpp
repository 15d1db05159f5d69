// Contexts: what is current on which thread.
#include "driver/driver.h"

namespace emulator {

namespace {

thread_local std::vector<Context*> current;

std::set<Context*>& alive() {
    static auto* all = new std::set<Context*>;
    return *all;
}

Context* primary = nullptr;
int primaryUsers = 0;

void destroy(Context* context) {
    // The context is made current, so that its streams can be left empty and its memory be given back.
    alive().erase(context);
    current.push_back(context);
    delete context;
    for (auto it = current.begin(); it != current.end();) {
        it = *it == context ? current.erase(it) : it + 1;
    }
}

}  // namespace

Context* currentContext() {
    // Another thread may have destroyed it.
    return current.empty() || alive().count(current.back()) == 0 ? nullptr : current.back();
}

}  // namespace emulator

using namespace emulator;

#define LOCK_INITIALIZED()                               \
    std::lock_guard<std::recursive_mutex> lock(mutex()); \
    if (!initialized()) return report(NOT_INITIALIZED, std::string(__func__) + " before cuInit")

API cuCtxCreate_v2(Context** context, unsigned, int) {
    LOCK_INITIALIZED();
    *context = new Context;
    alive().insert(*context);
    current.push_back(*context);
    return SUCCESS;
}

API cuCtxDestroy_v2(Context* context) {
    LOCK_INITIALIZED();
    if (alive().count(context) == 0) {
        return report(INVALID_CONTEXT, "cuCtxDestroy of no context");
    }
    destroy(context);
    return SUCCESS;
}

API cuDevicePrimaryCtxRetain(Context** context, int) {
    LOCK_INITIALIZED();
    if (primary == nullptr) {
        primary = new Context;
        alive().insert(primary);
    }
    primaryUsers++;
    *context = primary;
    return SUCCESS;
}

API cuDevicePrimaryCtxReset_v2(int) {
    LOCK_INITIALIZED();
    if (primary != nullptr) {
        destroy(primary);
        primary = nullptr;
        primaryUsers = 0;
    }
    return SUCCESS;
}

API cuDevicePrimaryCtxRelease_v2(int device) {
    LOCK_INITIALIZED();
    if (primaryUsers == 0) {
        return report(INVALID_CONTEXT, "cuDevicePrimaryCtxRelease without cuDevicePrimaryCtxRetain");
    }
    return --primaryUsers == 0 ? cuDevicePrimaryCtxReset_v2(device) : SUCCESS;
}

API cuCtxSetCurrent(Context* context) {
    LOCK_INITIALIZED();
    if (!current.empty()) {
        current.pop_back();
    }
    if (context != nullptr) {
        current.push_back(context);
    }
    return SUCCESS;
}

API cuCtxGetCurrent(Context** context) {
    LOCK_INITIALIZED();
    *context = currentContext();
    return SUCCESS;
}

API cuCtxPushCurrent_v2(Context* context) {
    LOCK_INITIALIZED();
    current.push_back(context);
    return SUCCESS;
}

API cuCtxPopCurrent_v2(Context** context) {
    LOCK_INITIALIZED();
    if (current.empty()) {
        return report(INVALID_CONTEXT, "cuCtxPopCurrent: no context is current on this thread");
    }
    if (context != nullptr) {
        *context = current.back();
    }
    current.pop_back();
    return SUCCESS;
}

API cuCtxGetDevice(int* device) {
    ENTER();
    *device = 0;
    return SUCCESS;
}

API cuCtxSynchronize() {
    ENTER();
    return finishAll();
}
