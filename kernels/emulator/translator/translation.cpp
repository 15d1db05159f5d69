#include "translator/translation.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "translator/declaration.h"
#include "translator/function_writer.h"
#include "translator/line_table.h"
#include "translator/scanner.h"
#include "translator/text.h"

namespace emulator {

namespace {

constexpr long kSharedAlignment = 16;

class Translator {
public:
    explicit Translator(const std::string& ptx) : scanner_(ptx) {}

    Translation run() {
        for (Statement s = scanner_.next(); s.kind != Statement::END; s = scanner_.next()) {
            if (s.kind == Statement::HEADER) {
                function(s);
            } else if (s.kind == Statement::DIRECTIVE) {
                outside(s);
            }
        }
        lines_.finish(result_);
        return std::move(result_);
    }

private:
    void outside(const Statement& s) {
        if (startsWith(s.text, ".section")) {
            skipBlock();
        } else if (s.text.find(".func") != std::string::npos && s.text.find(".extern") == std::string::npos) {
            // A declaration only; the definition would be a HEADER.
        } else if (declares(s.text, ".shared")) {
            shared(s.text, symbols_, sharedOutside_);
        } else if (declares(s.text, ".global") || declares(s.text, ".const")) {
            Declaration d(s.text);
            symbols_[d.name] = {Symbol::VARIABLE,
                                "t.block->variables[" + std::to_string(result_.variables.size()) + "]"};
            result_.variables.push_back({d.name, static_cast<uint32_t>(d.bytes()), d.initial});
        } else {
            lines_.directive(s);
        }
    }

    static bool declares(const std::string& text, const std::string& space) {
        std::vector<std::string> parts = words(text.substr(0, text.find('=')));
        return std::find(parts.begin(), parts.end(), space) != parts.end();
    }

    /// Sections hold debugging data in { }.
    void skipBlock() {
        int depth = 0;
        do {
            Statement s = scanner_.next();
            depth += s.kind == Statement::OPEN ? 1 : s.kind == Statement::CLOSE ? -1 : 0;
            if (s.kind == Statement::END) {
                return;
            }
        } while (depth > 0);
    }

    /// An array without a size is the dynamic part: it starts where the static part of the kernel ends.
    static void shared(const std::string& text, std::map<std::string, Symbol>& symbols, long& top) {
        Declaration d(text);
        if (d.count == 0) {
            symbols[d.name] = {Symbol::SHARED, "static_cast<u64>(dynamicShared)"};
            return;
        }
        top = alignUp(top, d.alignment);
        symbols[d.name] = {Symbol::SHARED, "static_cast<u64>(" + std::to_string(top) + ")"};
        top += d.bytes();
    }

    void function(const Statement& header) {
        size_t at = header.text.find(".entry");
        if (at == std::string::npos) {
            throw TranslationError("PTX line " + std::to_string(header.line) +
                                   ": functions that are called are not emulated: declare them __forceinline__");
        }
        Entry entry;
        std::map<std::string, int> offsets;
        size_t open = header.text.find('(', at);
        size_t close = header.text.find(')', at);
        entry.name = trim(header.text.substr(at + 6, std::min(open, header.text.size()) - at - 6));
        if (open != std::string::npos) {
            for (const std::string& text : splitOutside(header.text.substr(open + 1, close - open - 1), ',')) {
                Declaration d(text);
                entry.parameterBytes = static_cast<int>(alignUp(entry.parameterBytes, d.alignment));
                offsets[d.name] = entry.parameterBytes;
                entry.parameters.push_back({entry.parameterBytes, static_cast<int>(d.bytes())});
                entry.parameterBytes += static_cast<int>(d.bytes());
            }
        }
        launchBounds(header.text, entry);
        body(entry, FunctionWriter(symbols_, offsets));
    }

    static void launchBounds(const std::string& header, Entry& entry) {
        for (const char* directive : {".maxntid", ".reqntid"}) {
            size_t at = header.find(directive);
            if (at != std::string::npos) {
                entry.greatestBlock = 1;
                for (const std::string& size :
                     splitOutside(header.substr(at + 8, header.find('.', at + 1) - at - 8), ',')) {
                    entry.greatestBlock *= static_cast<uint32_t>(atoi(size.c_str()));
                }
            }
        }
    }

    void body(Entry& entry, FunctionWriter writer) {
        long sharedTop = sharedOutside_;
        int depth = 0;
        lines_.startFunction();
        for (;;) {
            Statement s = scanner_.next();
            if (s.kind == Statement::OPEN) {
                if (depth++ > 0) writer.openScope();
            } else if (s.kind == Statement::CLOSE) {
                if (--depth == 0) break;
                writer.closeScope();
            } else if (s.kind == Statement::LABEL) {
                label(s, writer);
            } else if (s.kind == Statement::INSTRUCTION) {
                lines_.instruction(s);
                writer.write(Instruction(s.text, s.line));
            } else if (s.kind == Statement::DIRECTIVE) {
                inside(s, entry, writer, sharedTop);
            } else {
                throw TranslationError("PTX line " + std::to_string(s.line) + ": the end of kernel " + entry.name +
                                       " is missing");
            }
        }
        entry.sharedBytes = static_cast<uint32_t>(alignUp(sharedTop, kSharedAlignment));
        result_.functions.push_back(writer.code(entry.name, entry.sharedBytes));
        result_.entries.push_back(entry);
    }

    /// ts: .branchtargets $L1, $L2;
    void label(const Statement& s, FunctionWriter& writer) {
        const std::string directive = ".branchtargets";
        if (startsWith(scanner_.peek().text, directive)) {
            writer.declareTargets(s.text, scanner_.next().text.substr(directive.size()));
        } else {
            writer.label(s.text);
        }
    }

    void inside(const Statement& s, Entry& entry, FunctionWriter& writer, long& sharedTop) {
        if (startsWith(s.text, ".reg")) {
            writer.declareRegisters(s.text);
        } else if (startsWith(s.text, ".shared")) {
            std::map<std::string, Symbol> declared;
            shared(s.text, declared, sharedTop);
            writer.addSymbol(declared.begin()->first, declared.begin()->second);
        } else if (startsWith(s.text, ".local")) {
            Declaration d(s.text);
            writer.declareLocal(d.name, static_cast<int>(d.bytes()), d.alignment);
            entry.localBytes = static_cast<uint32_t>(d.bytes());
        } else {
            lines_.directive(s);
        }
    }

    Scanner scanner_;
    LineTable lines_;
    Translation result_;
    std::map<std::string, Symbol> symbols_;  // declared outside kernels
    long sharedOutside_ = 0;
};

}  // namespace

std::string Translation::where(uint32_t ptxLine) const {
    if (ptxLine < lines.size() && lines[ptxLine].file != 0) {
        auto file = files.find(lines[ptxLine].file);
        if (file != files.end()) {
            return file->second + ":" + std::to_string(lines[ptxLine].line);
        }
    }
    return "PTX line " + std::to_string(ptxLine);
}

Translation translatePtx(const std::string& ptx) { return Translator(ptx).run(); }

}  // namespace emulator
