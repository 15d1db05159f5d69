#include "translator/instruction.h"

#include <algorithm>
#include <cstdlib>

#include "translator/text.h"

namespace emulator {

namespace {

const std::vector<std::string> kTypes = {"u8", "u16", "u32", "u64", "s8",  "s16", "s32", "s64",
                                         "b8", "b16", "b32", "b64", "f32", "f64", "pred"};

}  // namespace

bool isType(const std::string& name) { return std::find(kTypes.begin(), kTypes.end(), name) != kTypes.end(); }

bool isFloatType(const std::string& name) { return name == "f32" || name == "f64"; }

int bytesOf(const std::string& type) {
    if (!isType(type)) {
        throw TranslationError("the type ." + type + " is not emulated");
    }
    return type == "pred" ? 1 : atoi(type.c_str() + 1) / 8;
}

Instruction::Instruction(const std::string& statement, int number) : text(statement), line(number) {
    std::string rest = statement;
    if (rest[0] == '@') {
        size_t end = rest.find_first_of(" \t");
        predicate = rest.substr(1, end - 1);
        negated = predicate[0] == '!';
        predicate = negated ? predicate.substr(1) : predicate;
        rest = trim(rest.substr(end));
    }
    size_t end = rest.find_first_of(" \t");
    name = rest.substr(0, end);
    std::vector<std::string> parts = splitOutside(name, '.');
    opcode = parts[0];
    modifiers.assign(parts.begin() + 1, parts.end());
    std::copy_if(modifiers.begin(), modifiers.end(), std::back_inserter(types), isType);
    if (end != std::string::npos) {
        operands = splitOutside(rest.substr(end), ',');
    }
}

bool Instruction::has(const std::string& modifier) const {
    return std::find(modifiers.begin(), modifiers.end(), modifier) != modifiers.end();
}

const std::string& Instruction::type() const {
    if (types.empty()) {
        fail("no type that is emulated");
    }
    return types.back();
}

const std::string& Instruction::operand(size_t i) const {
    if (i >= operands.size()) {
        fail("an operand is missing");
    }
    return operands[i];
}

void Instruction::allow(const std::string& known) const {
    std::vector<std::string> list = words(known);
    for (const std::string& modifier : modifiers) {
        // Cache hints, as in .L2::128B, change nothing but speed.
        bool hint = modifier.find("::") != std::string::npos;
        if (!hint && !isType(modifier) && std::find(list.begin(), list.end(), modifier) == list.end()) {
            fail("." + modifier + " is not emulated");
        }
    }
}

void Instruction::fail(const std::string& why) const {
    throw TranslationError("PTX line " + std::to_string(line) + ": " + text + ": " + why);
}

}  // namespace emulator
