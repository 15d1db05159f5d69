// PTX that has been loaded: translated, its variables in device memory, its code in shared objects.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/status.h"
#include "module/kernel.h"
#include "translator/translation.h"

namespace emulator {

class Module {
public:
    ~Module();

    /// Null, with a report, if the PTX cannot be translated or compiled.
    static std::unique_ptr<Module> load(const std::string& ptx, Status* status);

    Kernel* kernel(const std::string& name);

    /// Address and size of a __device__ or __constant__ variable; null if there is none.
    void* variable(const std::string& name, size_t* bytes) const;

    /// See Kernel::code.
    KernelCode code(const std::string& kernel, bool observed);

    const Translation& translation() const { return translation_; }

private:
    Status placeVariables();

    /// The shared object with or without observation, loaded on first use.
    void* library(bool observed);

    Translation translation_;
    std::map<std::string, std::unique_ptr<Kernel>> kernels_;
    std::map<std::string, KernelCode> codes_[2];  // by kernel name; plain and observed
    std::vector<void*> addresses_;  // of the variables
    void* libraries_[2] = {};       // plain and observed
};

}  // namespace emulator
