// What libcublas.so.12 uses of libcuda.so.1.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/status.h"

namespace emulator {

/// True if the bytes are in one live device allocation.
EMULATOR_EXPORT bool isDeviceMemory(const void* address, size_t bytes);
EMULATOR_EXPORT bool isDeviceAddress(const void* address);

/// "64 bytes past the end of an allocation of 4000 bytes"
EMULATOR_EXPORT std::string describeAddress(const void* address, size_t bytes);

/// Success, or a report, if the checker is on and some of the bytes were never written.
EMULATOR_EXPORT Status checkWritten(const void* address, size_t bytes);

/// Says that a library has filled the bytes.
EMULATOR_EXPORT void markWritten(const void* address, size_t bytes);

/// Puts work into a stream of the current context, as cuLaunchKernel does.
EMULATOR_EXPORT Status enqueue(void* stream, std::function<Status()> work);

/// Runs the job for all indices, on the threads that act as multiprocessors.
EMULATOR_EXPORT void parallelFor(size_t count, const std::function<void(size_t)>& job);

}  // namespace emulator
