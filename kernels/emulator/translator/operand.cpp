// Operands of instructions as C++ expressions.
#include <cctype>
#include <cstdlib>

#include "translator/function_writer.h"
#include "translator/text.h"

namespace emulator {

namespace {

const std::map<std::string, std::string> kSpecial = {
    {"%tid.x", "t.index.x"},
    {"%tid.y", "t.index.y"},
    {"%tid.z", "t.index.z"},
    {"%ntid.x", "t.block->size.x"},
    {"%ntid.y", "t.block->size.y"},
    {"%ntid.z", "t.block->size.z"},
    {"%ctaid.x", "t.block->index.x"},
    {"%ctaid.y", "t.block->index.y"},
    {"%ctaid.z", "t.block->index.z"},
    {"%nctaid.x", "t.block->grid.x"},
    {"%nctaid.y", "t.block->grid.y"},
    {"%nctaid.z", "t.block->grid.z"},
    {"%laneid", "t.lane"},
    {"%warpid", "t.warp"},
    {"%lanemask_eq", "(1u << t.lane)"},
    {"%lanemask_lt", "((1u << t.lane) - 1)"},
    {"%lanemask_le", "((2u << t.lane) - 1)"},
    {"%lanemask_gt", "~((2u << t.lane) - 1)"},
    {"%lanemask_ge", "~((1u << t.lane) - 1)"},
};

bool isNumber(const std::string& text) { return isdigit(static_cast<unsigned char>(text[0])) || text[0] == '-'; }

bool hasPrefix(const std::string& text, char second) { return text[0] == '0' && tolower(text[1]) == second; }

/// 0f3F800000, 0d..., 0x1F, -3, 7U.
std::string immediate(const std::string& text, const std::string& type) {
    if (hasPrefix(text, 'f')) {
        std::string bits = "0x" + text.substr(2) + "u";
        return type == "f32" ? "float32(" + bits + ")" : "static_cast<" + type + ">(" + bits + ")";
    }
    if (hasPrefix(text, 'd')) {
        std::string bits = "0x" + text.substr(2) + "ull";
        return type == "f64" ? "float64(" + bits + ")" : "static_cast<" + type + ">(" + bits + ")";
    }
    if (type == "pred") {
        return text == "0" ? "false" : "true";
    }
    // Through unsigned: -9223372036854775808 has no literal.
    bool minus = text[0] == '-';
    std::string digits = text.substr(minus ? 1 : 0);
    while (!digits.empty() && toupper(digits.back()) == 'U') {
        digits.pop_back();
    }
    std::string magnitude = digits + "ull";
    return "static_cast<" + type + ">(" + (minus ? "0 - " + magnitude : magnitude) + ")";
}

}  // namespace

std::string FunctionWriter::value(const Instruction& i, size_t operand, const std::string& type) const {
    return value(i, i.operand(operand), type);
}

std::string FunctionWriter::value(const Instruction& i, const std::string& operand, const std::string& type) const {
    if (type == "pred" && operand[0] == '!') {
        return "!" + nameOf(operand.substr(1));
    }
    if (isNumber(operand)) {
        return immediate(operand, type);
    }
    if (isRegister(operand)) {
        return type == "pred" ? nameOf(operand) : "get<" + type + ">(" + nameOf(operand) + ")";
    }
    if (operand[0] == '%') {
        return "get<" + type + ">(" + special(i, operand) + ")";
    }
    if (operand == "WARP_SZ") {
        return "32";
    }
    return "static_cast<" + type + ">(" + address(i, "[" + operand + "]") + ")";
}

bool FunctionWriter::isRegister(const std::string& operand) const {
    std::string name = nameOf(operand);
    for (const std::string& declared : registers_) {
        bool numbered = name.size() > declared.size() && startsWith(name, declared) &&
                        name.find_first_not_of("0123456789", declared.size()) == std::string::npos;
        if (name == declared || numbered) {
            return true;
        }
    }
    return false;
}

std::string FunctionWriter::special(const Instruction& i, const std::string& name) const {
    auto found = kSpecial.find(name);
    if (found == kSpecial.end()) {
        i.fail("the register " + name + " is not emulated");
    }
    return found->second;
}

std::string FunctionWriter::assign(const std::string& destination, const std::string& type,
                                   const std::string& expression) const {
    if (destination == "_") {
        return "(void)(" + expression + ");";
    }
    return type == "pred" ? nameOf(destination) + " = " + expression + ";"
                          : "put<" + type + ">(" + nameOf(destination) + ", " + expression + ");";
}

std::string FunctionWriter::address(const Instruction& i, const std::string& operand) const {
    if (operand.size() < 2 || operand[0] != '[') {
        i.fail("an address in [ ] was expected, not " + operand);
    }
    std::string inside = trim(operand.substr(1, operand.size() - 2));
    size_t plus = inside.find('+');
    std::string base = trim(inside.substr(0, plus));
    std::string offset =
        plus == std::string::npos ? "" : " + static_cast<u64>(" + trim(inside.substr(plus + 1)) + "ll)";
    if (isNumber(base)) {
        return immediate(base, "u64") + offset;
    }
    if (isRegister(base)) {
        return "get<u64>(" + nameOf(base) + ")" + offset;
    }
    auto parameter = parameters_.find(base);
    if (parameter != parameters_.end()) {
        return std::to_string(parameter->second) + "ull" + offset;
    }
    auto symbol = symbols_.find(base);
    if (symbol == symbols_.end()) {
        i.fail("unknown name " + base);
    }
    return symbol->second.address + offset;
}

}  // namespace emulator
