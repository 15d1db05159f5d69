#include "module/module.h"

#include <cstring>
#include <dlfcn.h>

#include "memory/device_memory.h"
#include "module/compiler.h"
#include "translator/text.h"

namespace emulator {

std::unique_ptr<Module> Module::load(const std::string& ptx, Status* status) {
    std::unique_ptr<Module> module(new Module);
    try {
        module->translation_ = translatePtx(ptx);
    } catch (const TranslationError& error) {
        *status = report(INVALID_PTX, error.what());
        return nullptr;
    }
    for (const Entry& entry : module->translation_.entries) {
        module->kernels_[entry.name] = std::make_unique<Kernel>(*module, entry);
    }
    *status = module->placeVariables();
    return *status == SUCCESS ? std::move(module) : nullptr;
}

Module::~Module() {
    for (void* address : addresses_) {
        deviceMemory().free(address);
    }
    for (void* library : libraries_) {
        if (library != nullptr) {
            dlclose(library);
        }
    }
}

Status Module::placeVariables() {
    for (const Variable& variable : translation_.variables) {
        void* address = nullptr;
        Status status = deviceMemory().allocate(variable.bytes, &address);
        if (status != SUCCESS) {
            return status;
        }
        addresses_.push_back(address);
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
    for (size_t i = 0; i < addresses_.size(); i++) {
        if (translation_.variables[i].name == name) {
            *bytes = translation_.variables[i].bytes;
            return addresses_[i];
        }
    }
    return nullptr;
}

void* Module::library(bool observed) {
    void*& library = libraries_[observed];
    if (library == nullptr) {
        std::string file = compile(translation_.code, observed);
        if (file.empty()) {
            return nullptr;
        }
        library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) {
            report(INVALID_PTX, dlerror());
            return nullptr;
        }
        auto* table = static_cast<uint64_t*>(dlsym(library, "module_variables"));
        for (size_t i = 0; i < addresses_.size(); i++) {
            table[i] = reinterpret_cast<uint64_t>(addresses_[i]);
        }
    }
    return library;
}

KernelCode Module::code(const std::string& kernel, bool observed) {
    KernelCode& code = codes_[observed][kernel];
    if (code == nullptr) {
        void* from = library(observed);
        code = from == nullptr ? nullptr : reinterpret_cast<KernelCode>(dlsym(from, ("kernel_" + kernel).c_str()));
    }
    return code;
}

KernelCode Kernel::code(bool observed) const { return module_.code(entry_.name, observed); }

std::string Kernel::where(uint32_t ptxLine) const { return module_.translation().where(ptxLine); }

}  // namespace emulator
