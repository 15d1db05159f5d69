#include "translator/line_table.h"

#include <cstdio>

#include "translator/text.h"

namespace emulator {

namespace {

/// Headers of the toolkit end otherwise, in .h and .hpp.
bool isKernelSource(const std::string& file) {
    size_t dot = file.rfind('.');
    std::string suffix = dot == std::string::npos ? "" : file.substr(dot);
    return suffix == ".cu" || suffix == ".cuh";
}

std::string baseName(const std::string& file) { return file.substr(file.rfind('/') + 1); }

}  // namespace

/// .loc 2 33 5, function_name $L__info_string0, inlined_at 1 44 3       .file 1 "/path/to/softmax.cu"
void LineTable::directive(const Statement& statement) {
    const char* text = statement.text.c_str();
    int file;
    if (startsWith(statement.text, ".loc")) {
        Location location;
        sscanf(text, ".loc %d %d", &location.own.file, &location.own.line);
        size_t inlined = statement.text.find("inlined_at");
        if (inlined != std::string::npos) {
            sscanf(text + inlined, "inlined_at %d %d", &location.caller.file, &location.caller.line);
        }
        current_ = location;
    } else if (sscanf(text, ".file %d", &file) == 1) {
        size_t open = statement.text.find('"');
        size_t close = statement.text.find('"', open + 1);
        if (close != std::string::npos) {
            files_[file] = statement.text.substr(open + 1, close - open - 1);
        }
    }
}

void LineTable::instruction(const Statement& statement) {
    auto line = static_cast<size_t>(statement.line);
    if (locations_.size() <= line) {
        locations_.resize(line + 1);
    }
    locations_[line] = current_;
}

void LineTable::finish(Translation& translation) const {
    for (const auto& file : files_) {
        translation.files[file.first] = baseName(file.second);
    }
    for (const Location& location : locations_) {
        auto own = files_.find(location.own.file);
        bool fromHeader = own != files_.end() && !isKernelSource(own->second) && location.caller.file != 0;
        translation.lines.push_back(fromHeader ? location.caller : location.own);
    }
}

}  // namespace emulator
