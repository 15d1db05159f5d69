// From generated C++ to a shared object, with g++; what has been compiled once is kept.
#pragma once

#include <string>

namespace emulator {

/// The file of the shared object, or an empty string and a report. The cache lies beside libcuda.so.1 itself, which
/// lies in a folder named after the emulator's own sources: a changed emulator never meets old code.
std::string compile(const std::string& code, bool observed);

}  // namespace emulator
