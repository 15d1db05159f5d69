#include "module/program.h"

#include <dlfcn.h>

#include <atomic>

#include "execution/workers.h"
#include "module/compiler.h"
#include "translator/text.h"

namespace emulator {

namespace {

constexpr size_t kPieceBytes = 200 * 1024;  // of C++: about a second of g++

const char* const kHead =
    "#include \"ptx/runtime.h\"\n\n"
    "using namespace ptx;\n"
    "#define KERNEL __attribute__((visibility(\"default\")))\n\n";

void* loadLibrary(const std::string& code, bool observed) {
    std::string file = compile(code, observed);
    void* library = file.empty() ? nullptr : dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr && !file.empty()) {
        report(INVALID_PTX, dlerror());
    }
    return library;
}

}  // namespace

std::shared_ptr<Program> Program::of(const std::string& ptx) {
    static auto* programs = new std::map<std::string, std::shared_ptr<Program>>;
    auto found = programs->find(ptx);
    if (found != programs->end()) {
        return found->second;
    }
    try {
        std::shared_ptr<Program> program(new Program(translatePtx(ptx)));
        (*programs)[ptx] = program;
        return program;
    } catch (const TranslationError& error) {
        report(INVALID_PTX, error.what());
        return nullptr;
    }
}

Program::Program(Translation translation) : translation_(std::move(translation)) {
    for (const std::string& function : translation_.functions) {
        if (pieces_.empty() || pieces_.back().code.size() + function.size() > kPieceBytes) {
            pieces_.emplace_back();
            pieces_.back().code = kHead;
        }
        pieces_.back().code += function;
    }
}

bool Program::load(bool observed) {
    std::atomic<bool> good{true};
    parallel(pieces_.size(), workerCount(), [&](size_t i) {
        pieces_[i].libraries[observed] = loadLibrary(pieces_[i].code, observed);
        if (pieces_[i].libraries[observed] == nullptr) {
            good = false;
        }
    });
    if (!good) {
        return false;
    }
    for (const Piece& piece : pieces_) {
        for (const Entry& entry : translation_.entries) {
            void* code = dlsym(piece.libraries[observed], ("kernel_" + entry.name).c_str());
            if (code != nullptr) {
                codes_[observed][entry.name] = reinterpret_cast<KernelCode>(code);
            }
        }
    }
    return true;
}

KernelCode Program::code(const std::string& kernel, bool observed) {
    if (!loaded_[observed]) {
        loaded_[observed] = load(observed);
    }
    return loaded_[observed] ? codes_[observed].at(kernel) : nullptr;
}

}  // namespace emulator
