// What a CUDA driver does not have: how the emulated device is set up and questioned. Called from Java.
#include <cstring>

#include "core/settings.h"
#include "driver/driver.h"
#include "observer/counter.h"
#include "observer/observer.h"

using namespace emulator;

/// Changes a setting (core/settings.h); 0 if there is none of that name, or it does not take the value.
API chainrule_emulator_set(const char* name, const char* value) {
    std::lock_guard<std::recursive_mutex> lock(mutex());
    return set(name, value) ? 1 : 0;
}

/// Why the last call failed, in words; copies at most `size` bytes and returns how many there are.
API chainrule_emulator_report(char* text, int size) {
    std::string last = lastReport();
    snprintf(text, static_cast<size_t>(size), "%s", last.c_str());
    return static_cast<int>(last.size());
}

API chainrule_emulator_clear_report() {
    clearReport();
    return 0;
}

/// What was counted since the last reset, as a text of lines; of each kernel first
///     kernel  name  launches  blocks  threads  barriers  branches  divergent  distinct-read  distinct-written
/// and then of each of its source lines, separately for each space (global, shared) and access (read, write, atomic)
///     line    where  space  access  requests  bytes  transactions  ideal
/// separated by tabs. Copies at most `size` bytes, with a zero at the end; returns how many the text has.
extern "C" EMULATOR_EXPORT long chainrule_emulator_counters(char* text, long size) {
    std::lock_guard<std::recursive_mutex> lock(mutex());
    std::string all = counter().text();
    snprintf(text, static_cast<size_t>(size), "%s", all.c_str());
    return static_cast<long>(all.size());
}

API chainrule_emulator_reset_counters() {
    std::lock_guard<std::recursive_mutex> lock(mutex());
    counter().reset();
    return 0;
}
