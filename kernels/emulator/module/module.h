// PTX that has been loaded: translated, its variables in device memory, its code in shared objects.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/status.h"
#include "module/kernel.h"
#include "translator/translation.h"

namespace emulator {

class Module {
public:
    ~Module();

    /// Null, with a report, if the PTX cannot be translated.
    static std::unique_ptr<Module> load(const std::string& ptx, Status* status);

    Kernel* kernel(const std::string& name);

    /// Address and size of a __device__ or __constant__ variable; null if there is none.
    void* variable(const std::string& name, size_t* bytes) const;

    /// See Kernel::code.
    KernelCode code(const std::string& kernel, bool observed);

    const Translation& translation() const { return translation_; }

private:
    /// What becomes one shared object: large modules are cut, so that g++ runs on all cores.
    struct Piece {
        std::string code;
        void* libraries[2] = {};  // plain and observed
    };

    void cut();
    Status placeVariables();
    bool loadPieces(bool observed);
    bool loadPiece(Piece& piece, bool observed) const;

    Translation translation_;
    std::vector<Piece> pieces_;
    std::vector<void*> addresses_;  // of the variables
    std::map<std::string, std::unique_ptr<Kernel>> kernels_;
    std::map<std::string, KernelCode> codes_[2];  // plain and observed
    bool loaded_[2] = {};
};

}  // namespace emulator
