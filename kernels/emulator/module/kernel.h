// A kernel of a loaded module.
#pragma once

#include <string>

#include "execution/launch.h"
#include "translator/translation.h"

namespace emulator {

class Module;

class Kernel {
public:
    Kernel(Module& module, const Entry& entry) : module_(module), entry_(entry) {}

    const std::string& name() const { return entry_.name; }
    const Entry& entry() const { return entry_; }
    uint32_t sharedBytes() const { return entry_.sharedBytes; }

    /// The compiled kernel, built on first use; null, with a report, if that fails.
    KernelCode code(bool observed) const;

    /// The addresses of the module's variables.
    const uint64_t* variables() const;

    /// "softmax.cu:33"
    std::string where(uint32_t ptxLine) const;

    /// cuFuncSetAttribute: how much dynamic shared memory a launch may ask for.
    uint32_t greatestDynamicBytes = 48 * 1024;

private:
    Module& module_;
    Entry entry_;
};

}  // namespace emulator
