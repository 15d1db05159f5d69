// A PTX module as C++, and what else is needed to run it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace emulator {

/// A __global__ function.
struct Entry {
    struct Parameter {
        int offset;
        int bytes;
    };
    std::string name;
    std::vector<Parameter> parameters;
    int parameterBytes = 0;
    uint32_t sharedBytes = 0;       // static; the dynamic part follows
    uint32_t localBytes = 0;        // of a thread's own arrays
    uint32_t greatestBlock = 1024;  // __launch_bounds__
};

/// A __device__ or __constant__ variable.
struct Variable {
    std::string name;
    uint32_t bytes = 0;
    std::vector<unsigned char> initial;  // empty: zero
};

/// Where a PTX line comes from, by -lineinfo.
struct SourceLine {
    int file = 0;  // 0: not known
    int line = 0;
};

struct Translation {
    std::vector<std::string> functions;  // kernel_NAME, one for each entry
    std::vector<Entry> entries;
    std::vector<Variable> variables;
    std::vector<SourceLine> lines;     // by PTX line
    std::map<int, std::string> files;  // base names

    /// "softmax.cu:33", or "PTX line 120" where the compiler did not say.
    std::string where(uint32_t ptxLine) const;
};

/// Throws TranslationError, naming the PTX line, for what is not emulated.
Translation translatePtx(const std::string& ptx);

}  // namespace emulator
