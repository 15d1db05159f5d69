#include "translator/line_table.h"

#include <cstdio>

#include "translator/text.h"

namespace emulator {

namespace {

std::string baseName(const std::string& file) { return file.substr(file.rfind('/') + 1); }

}  // namespace

/// .loc 2 33 5       .file 1 "/path/to/softmax.cu"
void LineTable::directive(const Statement& statement) {
    const char* text = statement.text.c_str();
    int file;
    if (startsWith(statement.text, ".loc")) {
        sscanf(text, ".loc %d %d", &current_.file, &current_.line);
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
    if (lines_.size() <= line) {
        lines_.resize(line + 1);
    }
    lines_[line] = current_;
}

void LineTable::finish(Translation& translation) const {
    for (const auto& file : files_) {
        translation.files[file.first] = baseName(file.second);
    }
    translation.lines = lines_;
}

}  // namespace emulator
