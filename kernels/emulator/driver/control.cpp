// What a CUDA driver does not have: how the emulated device is set up and questioned. Called from Java.
#include <cstring>

#include "core/settings.h"
#include "driver/driver.h"

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
