// Which line of which .cu file an instruction comes from: the .loc and .file directives of -lineinfo.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "translator/scanner.h"
#include "translator/translation.h"

namespace emulator {

class LineTable {
public:
    /// Takes note of .loc and .file, and ignores all others.
    void directive(const Statement& statement);

    void startFunction() { current_ = {}; }

    /// The instruction comes from where the last .loc said.
    void instruction(const Statement& statement);

    /// Fills in Translation::lines and files. Not earlier: .file is at the end of the PTX.
    void finish(Translation& translation) const;

private:
    SourceLine current_;
    std::vector<SourceLine> lines_;     // by PTX line
    std::map<int, std::string> files_;  // full names
};

}  // namespace emulator
