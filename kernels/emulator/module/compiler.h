// From generated C++ to a shared object, with g++; what has been compiled once is kept.
#pragma once

#include <string>

namespace emulator {

/// The file of the shared object, or an empty string and a report. The cache is in the folder of libcuda.so.1,
/// which is named after a hash of the emulator's sources: a changed emulator never loads old code.
std::string compile(const std::string& code, bool observed);

}  // namespace emulator
