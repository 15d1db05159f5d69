#include "translator/function_writer.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "translator/instructions.h"
#include "translator/text.h"

namespace emulator {

namespace {

constexpr int kGreatestDepot = 64 * 1024;  // a quarter of a fiber

/// Registers hold bits: .f32 %f1 is declared as a u32.
std::string registerType(const std::string& type) {
    return type == "pred" ? "bool" : "u" + std::to_string(bytesOf(type) * 8);
}

}  // namespace

std::string FunctionWriter::nameOf(const std::string& ptx) {
    std::string name = ptx[0] == '%' ? "v_" : "s_";
    for (char c : ptx.substr(ptx[0] == '%' ? 1 : 0)) {
        name += isalnum(static_cast<unsigned char>(c)) ? c : '_';
    }
    return name;
}

/// .reg .b32 %r<6>;  or  .reg .pred p, q;
void FunctionWriter::declareRegisters(const std::string& directive) {
    std::string rest = trim(directive.substr(4));
    size_t end = rest.find_first_of(" \t");
    std::string type = registerType(rest.substr(1, end - 1));
    std::string declared;
    for (const std::string& item : splitOutside(rest.substr(end), ',')) {
        size_t open = item.find('<');
        int count = open == std::string::npos ? -1 : atoi(item.c_str() + open + 1);
        std::string name = nameOf(item.substr(0, open));
        for (int i = 0; i < std::max(count, 1); i++) {
            declared += (declared.empty() ? "" : ", ") + name + (count < 0 ? "" : std::to_string(i)) + " = 0";
        }
        registers_.push_back(name);
    }
    std::string& place = depth_ == 0 ? declarations_ : body_;
    place += "    " + type + " " + declared + ";\n";
}

void FunctionWriter::declareLocal(const std::string& name, int bytes, int alignment) {
    if (depotBytes_ != 0) {
        throw TranslationError("more than one array in local memory: " + name);
    }
    if (bytes > kGreatestDepot) {
        throw TranslationError("arrays of " + std::to_string(bytes) + " bytes for each thread: at most " +
                               std::to_string(kGreatestDepot) + " are emulated");
    }
    depotName_ = nameOf(name);
    depotBytes_ = bytes;
    declarations_ +=
        "    alignas(" + std::to_string(alignment) + ") u8 " + depotName_ + "[" + std::to_string(bytes) + "];\n";
    declarations_ += "    memset(" + depotName_ + ", 0xFF, sizeof " + depotName_ + ");\n";
    symbols_[name] = {Symbol::LOCAL, "reinterpret_cast<u64>(" + depotName_ + ")"};
}

std::string FunctionWriter::depot() const {
    return depotBytes_ == 0 ? "nullptr, 0" : depotName_ + ", " + std::to_string(depotBytes_);
}

void FunctionWriter::declareTargets(const std::string& label, const std::string& list) {
    targets_[label] = splitOutside(list, ',');
}

const std::vector<std::string>& FunctionWriter::targets(const Instruction& i, const std::string& label) const {
    auto found = targets_.find(label);
    if (found == targets_.end()) {
        i.fail("no .branchtargets " + label);
    }
    return found->second;
}

void FunctionWriter::openScope() {
    depth_++;
    line("{");
}

void FunctionWriter::closeScope() {
    depth_--;
    line("}");
}

void FunctionWriter::label(const std::string& name) { body_ += nameOf(name) + ":;\n"; }

void FunctionWriter::write(const Instruction& i) {
    std::string statement = translate(i, *this);
    if (!i.predicate.empty()) {
        std::string condition = (i.negated ? "!" : "") + nameOf(i.predicate);
        if (i.opcode == "bra") {
            condition = "branch(t, " + std::to_string(i.line) + ", " + condition + ")";
        }
        statement = "if (" + condition + ") { " + statement + " }";
    }
    line(statement + "  // " + std::to_string(i.line) + ": " + i.text);
}

std::string FunctionWriter::code(const std::string& kernel, uint32_t sharedBytes) const {
    return "extern \"C\" KERNEL void kernel_" + kernel +
           "(Thread& t) {\n    constexpr u32 dynamicShared = " + std::to_string(sharedBytes) + ";\n" + declarations_ +
           body_ + "}\n\n";
}

}  // namespace emulator
