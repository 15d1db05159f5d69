// Result codes of the driver API, and the sentence that explains the last bad one.
#pragma once

#include <string>

#define EMULATOR_EXPORT __attribute__((visibility("default")))

namespace emulator {

/// CUresult, as far as the emulator uses it.
enum Status : int {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    NO_DEVICE = 100,
    INVALID_DEVICE = 101,
    INVALID_IMAGE = 200,
    INVALID_CONTEXT = 201,
    INVALID_PTX = 218,
    INVALID_HANDLE = 400,
    NOT_FOUND = 500,
    NOT_READY = 600,
    ILLEGAL_ADDRESS = 700,
    LAUNCH_OUT_OF_RESOURCES = 701,
    MISALIGNED_ADDRESS = 716,
    LAUNCH_FAILED = 719,
    NOT_SUPPORTED = 801,
};

const char* nameOf(Status status);
const char* textOf(Status status);

/// Remembers why a call failed, and gives the status back.
EMULATOR_EXPORT Status report(Status status, const std::string& why);

/// What was reported last, or an empty string.
const std::string& lastReport();
Status lastReportedStatus();
void clearReport();

/// printf into a string.
EMULATOR_EXPORT std::string format(const char* pattern, ...) __attribute__((format(printf, 1, 2)));

}  // namespace emulator
