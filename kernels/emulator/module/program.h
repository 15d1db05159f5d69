// PTX that has been translated: its code in shared objects. The same for all modules loaded from the same PTX.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/status.h"
#include "execution/launch.h"
#include "translator/translation.h"

namespace emulator {

class Program {
public:
    /// The program of that PTX, which is translated when it is first asked for in this process. Null, with a report, if
    /// it cannot be.
    static std::shared_ptr<Program> of(const std::string& ptx);

    const Translation& translation() const { return translation_; }

    /// A compiled kernel; null, with a report, if g++ fails. All kernels are compiled when the first is asked for.
    KernelCode code(const std::string& kernel, bool observed);

private:
    /// What becomes one shared object: large programs are cut, so that g++ runs on all cores.
    struct Piece {
        std::string code;
        void* libraries[2] = {};  // plain and observed
    };

    explicit Program(Translation translation);

    bool load(bool observed);

    Translation translation_;
    std::vector<Piece> pieces_;
    std::map<std::string, KernelCode> codes_[2];  // plain and observed
    bool loaded_[2] = {};
};

}  // namespace emulator
