#include "module/module.h"

#include <dlfcn.h>

#include <atomic>
#include <cstring>

#include "execution/workers.h"
#include "memory/device_memory.h"
#include "module/compiler.h"
#include "translator/text.h"

namespace emulator {

namespace {

constexpr size_t kPieceBytes = 200 * 1024;  // of C++: about a second of g++

}  // namespace

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
    module->cut();
    *status = module->placeVariables();
    return *status == SUCCESS ? std::move(module) : nullptr;
}

Module::~Module() {
    for (void* address : addresses_) {
        deviceMemory().free(address);
    }
    for (const Piece& piece : pieces_) {
        for (void* library : piece.libraries) {
            if (library != nullptr) {
                dlclose(library);
            }
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

void Module::cut() {
    for (const std::string& function : translation_.functions) {
        if (pieces_.empty() || pieces_.back().code.size() + function.size() > kPieceBytes) {
            pieces_.emplace_back();
            pieces_.back().code = translation_.head;
        }
        pieces_.back().code += function;
    }
}

bool Module::loadPiece(Piece& piece, bool observed) const {
    std::string file = compile(piece.code, observed);
    if (file.empty()) {
        return false;
    }
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        report(INVALID_PTX, dlerror());
        return false;
    }
    auto* variables = static_cast<uint64_t*>(dlsym(library, "module_variables"));
    for (size_t i = 0; i < addresses_.size(); i++) {
        variables[i] = reinterpret_cast<uint64_t>(addresses_[i]);
    }
    piece.libraries[observed] = library;
    return true;
}

bool Module::loadPieces(bool observed) {
    std::atomic<bool> good{true};
    parallel(pieces_.size(), workerCount(), [&](size_t i) {
        if (!loadPiece(pieces_[i], observed)) {
            good = false;
        }
    });
    if (!good) {
        return false;
    }
    for (const Piece& piece : pieces_) {
        for (const auto& kernel : kernels_) {
            void* code = dlsym(piece.libraries[observed], ("kernel_" + kernel.first).c_str());
            if (code != nullptr) {
                codes_[observed][kernel.first] = reinterpret_cast<KernelCode>(code);
            }
        }
    }
    return true;
}

KernelCode Module::code(const std::string& kernel, bool observed) {
    if (!loaded_[observed]) {
        loaded_[observed] = loadPieces(observed);
    }
    return loaded_[observed] ? codes_[observed].at(kernel) : nullptr;
}

KernelCode Kernel::code(bool observed) const { return module_.code(entry_.name, observed); }

std::string Kernel::where(uint32_t ptxLine) const { return module_.translation().where(ptxLine); }

}  // namespace emulator
