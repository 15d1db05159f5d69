// A program loaded into a context, with its own variables in device memory.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/status.h"
#include "module/kernel.h"
#include "module/program.h"

namespace emulator {

class Module {
public:
    ~Module();

    /// Null, with a report, if the PTX cannot be translated or its variables find no room.
    static std::unique_ptr<Module> load(const std::string& ptx, Status* status);

    Kernel* kernel(const std::string& name);

    /// Address and size of a __device__ or __constant__ variable; null if there is none.
    void* variable(const std::string& name, size_t* bytes) const;

    Program& program() const { return *program_; }

    /// The addresses of all variables, in the order of the translation.
    const uint64_t* variables() const { return variables_.data(); }

private:
    explicit Module(std::shared_ptr<Program> program);

    Status placeVariables();

    std::shared_ptr<Program> program_;
    std::vector<uint64_t> variables_;
    std::map<std::string, std::unique_ptr<Kernel>> kernels_;
};

}  // namespace emulator
