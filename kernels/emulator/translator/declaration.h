// Arrays and parameters as PTX declares them.
#pragma once

#include <string>
#include <vector>

namespace emulator {

/// .global .align 4 .b8 table[24] = {65, 144, ...};   .extern .shared .align 16 .b8 red[];   .param .u64 .ptr x
struct Declaration {
    std::string space;  // global, const, shared, local or param
    std::string type;
    std::string name;
    int alignment = 0;
    long count = 1;  // elements; 0 for []
    std::vector<unsigned char> initial;

    explicit Declaration(const std::string& text);

    long bytes() const;
};

/// The multiple of the alignment at or after `offset`.
long alignUp(long offset, long alignment);

}  // namespace emulator
