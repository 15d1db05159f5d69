// add, sub, mul, fma, div, min, sqrt, ...: functions of registers.
#include "translator/instructions.h"

namespace emulator {

namespace {

struct Row {
    const char* opcode;
    const char* function;  // in ptx/arithmetic.h
    size_t operands;
    const char* modifiers;  // that are emulated
    bool rounds;            // takes rz, rm, rp
};

const Row kRows[] = {
    {"add", "add", 2, "rn rz rm rp ftz sat", true},
    {"sub", "sub", 2, "rn rz rm rp ftz sat", true},
    {"fma", "fma", 3, "rn rz rm rp ftz sat", true},
    {"div", "div", 2, "rn approx full ftz", false},
    {"rem", "rem", 2, "", false},
    {"neg", "neg", 1, "ftz", false},
    {"abs", "abs", 1, "ftz", false},
    {"min", "min", 2, "ftz NaN", false},
    {"max", "max", 2, "ftz NaN", false},
    {"copysign", "copysign", 2, "", false},
    {"rcp", "rcp", 1, "rn approx ftz", false},
    {"sqrt", "sqrt", 1, "rn approx ftz", false},
    {"rsqrt", "rsqrt", 1, "approx ftz", false},
    {"ex2", "ex2", 1, "approx ftz", false},
    {"lg2", "lg2", 1, "approx ftz", false},
    {"sin", "sin", 1, "approx ftz", false},
    {"cos", "cos", 1, "approx ftz", false},
    {"tanh", "tanh", 1, "approx ftz", false},
};

const char* rounding(const Instruction& i) {
    return i.has("rz") ? "ZERO" : i.has("rm") ? "DOWN" : i.has("rp") ? "UP" : nullptr;
}

/// An operand, flushed to zero where the instruction says so.
std::string operand(const Instruction& i, const FunctionWriter& w, size_t number) {
    std::string value = w.value(i, number, i.type());
    return i.has("ftz") ? "flush(" + value + ")" : value;
}

std::string finish(const Instruction& i, const FunctionWriter& w, std::string value) {
    if (i.has("sat")) {
        if (!isFloatType(i.type())) {
            i.fail(".sat of integers is not emulated");
        }
        value = "saturate(" + value + ")";
    }
    return w.assign(i.operand(0), i.type(), i.has("ftz") ? "flush(" + value + ")" : value);
}

std::string call(const Instruction& i, const FunctionWriter& w, const std::string& function, size_t operands,
                 bool rounds) {
    const char* direction = rounding(i);
    if (direction != nullptr && (!rounds || i.type() != "f32")) {
        i.fail("this rounding is not emulated");
    }
    // Those without a type in angle brackets exist for float32 only.
    bool plain = function == "ex2" || function == "lg2" || function == "sin" || function == "cos" || function == "tanh";
    if (plain && i.type() != "f32") {
        i.fail("only f32 is emulated");
    }
    std::string text = function;
    if (!plain) {
        text += "<" + i.type() + (direction == nullptr ? "" : std::string(", ") + direction) + ">";
    }
    text += "(";
    for (size_t number = 1; number <= operands; number++) {
        text += (number > 1 ? ", " : "") + operand(i, w, number);
    }
    return finish(i, w, text + ")");
}

/// s16 for s8, u64 for u32.
std::string twiceAsWide(const Instruction& i) {
    int bytes = bytesOf(i.type());
    if (bytes > 4) {
        i.fail("a product of 128 bits is not emulated");
    }
    return i.type().substr(0, 1) + std::to_string(bytes * 16);
}

/// mul.lo, .hi and .wide, and mad, which adds a third operand.
std::string integerProduct(const Instruction& i, const FunctionWriter& w) {
    i.allow("lo hi wide");
    std::string a = w.value(i, 1, i.type());
    std::string b = w.value(i, 2, i.type());
    std::string type = i.has("wide") ? twiceAsWide(i) : i.type();
    std::string product = i.has("wide") ? "mulWide<" + type + ">(" + a + ", " + b + ")"
                                        : (i.has("hi") ? "mulHigh<" : "mul<") + type + ">(" + a + ", " + b + ")";
    if (i.opcode == "mad") {
        product = "add<" + type + ">(" + product + ", " + w.value(i, 3, type) + ")";
    }
    return w.assign(i.operand(0), type, product);
}

}  // namespace

std::string translateArithmetic(const Instruction& i, const FunctionWriter& w) {
    if (i.opcode == "mul" || i.opcode == "mad") {
        if (!isFloatType(i.type())) {
            return integerProduct(i, w);
        }
        i.allow("rn rz rm rp ftz sat");
        return i.opcode == "mul" ? call(i, w, "mul", 2, true) : call(i, w, "fma", 3, true);
    }
    for (const Row& row : kRows) {
        if (i.opcode == row.opcode) {
            i.allow(row.modifiers);
            std::string function = i.has("NaN") ? std::string(row.function) + "OrNan" : row.function;
            return call(i, w, function, row.operands, row.rounds);
        }
    }
    return "";
}

}  // namespace emulator
