// What the lanes of one warp have done since the last barrier, and which of it they did together.
//
// The emulated lanes run one after the other, a GPU's in step. The instructions that a GPU would execute together
// are found afterwards: the n-th execution of an instruction by one lane goes with the n-th by any other.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "ptx/hooks.h"

namespace emulator {

/// An access or a conditional branch by one lane.
struct Step {
    enum Kind : uint8_t { MEMORY, BRANCH };
    uint64_t address = 0;
    uint32_t line = 0;  // of the PTX: names the instruction
    Kind kind = MEMORY;
    uint8_t bytes = 0;
    Space space = GLOBAL;
    Access access = READ;
    bool taken = false;
};

/// The same instruction, in the lanes that executed it together; null in the others.
struct Together {
    const Step* steps[32] = {};
    const Step* first = nullptr;
};

class WarpTrace {
public:
    void add(uint32_t lane, const Step& step) { lanes_[lane].push_back(step); }

    /// Calls back for every instruction executed, then forgets them.
    void flush(const std::function<void(const Together&)>& consume);

private:
    bool inStep() const;
    void flushInStep(const std::function<void(const Together&)>& consume) const;
    void flushApart(const std::function<void(const Together&)>& consume) const;

    std::vector<Step> lanes_[32];
};

}  // namespace emulator
