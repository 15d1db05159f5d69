#include "module/module.h"

#include <cstring>

#include "memory/device_memory.h"

namespace emulator {

std::unique_ptr<Module> Module::load(const std::string& ptx, Status* status) {
    std::shared_ptr<Program> program = Program::of(ptx);
    if (program == nullptr) {
        *status = INVALID_PTX;
        return nullptr;
    }
    std::unique_ptr<Module> module(new Module(std::move(program)));
    *status = module->placeVariables();
    return *status == SUCCESS ? std::move(module) : nullptr;
}

Module::Module(std::shared_ptr<Program> program) : program_(std::move(program)) {
    for (const Entry& entry : program_->translation().entries) {
        kernels_[entry.name] = std::make_unique<Kernel>(*this, entry);
    }
}

Module::~Module() {
    for (uint64_t address : variables_) {
        deviceMemory().free(reinterpret_cast<void*>(address));
    }
}

Status Module::placeVariables() {
    for (const Variable& variable : program_->translation().variables) {
        void* address = nullptr;
        Status status = deviceMemory().allocate(variable.bytes, &address);
        if (status != SUCCESS) {
            return status;
        }
        variables_.push_back(reinterpret_cast<uint64_t>(address));
        memset(address, 0, variable.bytes);
        memcpy(address, variable.initial.data(), variable.initial.size());
        deviceMemory().markWritten(address, variable.bytes);
    }
    return SUCCESS;
}

Kernel* Module::kernel(const std::string& name) {
    auto found = kernels_.find(name);
    return found == kernels_.end() ? nullptr : found->second.get();
}

void* Module::variable(const std::string& name, size_t* bytes) const {
    const std::vector<Variable>& all = program_->translation().variables;
    for (size_t i = 0; i < all.size(); i++) {
        if (all[i].name == name) {
            *bytes = all[i].bytes;
            return reinterpret_cast<void*>(variables_[i]);
        }
    }
    return nullptr;
}

KernelCode Kernel::code(bool observed) const { return module_.program().code(entry_.name, observed); }

const uint64_t* Kernel::variables() const { return module_.variables(); }

std::string Kernel::where(uint32_t ptxLine) const { return module_.program().translation().where(ptxLine); }

}  // namespace emulator
