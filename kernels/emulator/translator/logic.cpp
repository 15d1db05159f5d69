// Bitwise instructions, comparisons and selection.
#include <map>

#include "translator/instructions.h"

namespace emulator {

namespace {

struct Row {
    const char* opcode;
    const char* function;  // in ptx/bits.h
    const char* operands;  // one letter each: t the instruction's type, u a u32
    bool counts;           // the result is a u32, and the type is in the argument
};

const Row kRows[] = {
    {"and", "bitAnd", "tt", false}, {"or", "bitOr", "tt", false}, {"xor", "bitXor", "tt", false},
    {"not", "bitNot", "t", false},  {"shl", "shl", "tu", false},  {"shr", "shr", "tu", false},
    {"bfi", "bfi", "ttuu", false},  {"bfe", "bfe", "tuu", false}, {"brev", "brev", "t", false},
    {"popc", "popc", "t", true},    {"clz", "clz", "t", true},    {"prmt", "prmt", "uuu", true},
    {"lop3", "lop3", "uuuu", true},
};

/// Unsigned comparisons have names of their own.
const std::map<std::string, std::string> kComparisons = {
    {"eq", "eq"},   {"ne", "ne"},   {"lt", "lt"},   {"le", "le"},   {"gt", "gt"},   {"ge", "ge"},
    {"lo", "lt"},   {"ls", "le"},   {"hi", "gt"},   {"hs", "ge"},   {"equ", "equ"}, {"neu", "neu"},
    {"ltu", "ltu"}, {"leu", "leu"}, {"gtu", "gtu"}, {"geu", "geu"}, {"num", "num"}, {"nan", "nan"},
};

std::string fromTable(const Instruction& i, const FunctionWriter& w, const Row& row) {
    i.allow("");
    std::string text = row.counts ? row.function : std::string(row.function) + "<" + i.type() + ">";
    text += "(";
    for (size_t number = 0; row.operands[number] != '\0'; number++) {
        text += (number > 0 ? ", " : "") + w.value(i, number + 1, row.operands[number] == 'u' ? "u32" : i.type());
    }
    return w.assign(i.operand(0), row.counts ? "u32" : i.type(), text + ")");
}

/// setp.lt.and.f32 %p1|%p2, %f1, %f2, %p3: p1 = (f1 < f2) and p3, p2 = !(f1 < f2) and p3.
std::string comparison(const Instruction& i, const FunctionWriter& w) {
    i.allow("eq ne lt le gt ge lo ls hi hs equ neu ltu leu gtu geu num nan and or xor ftz");
    auto found = kComparisons.find(i.modifiers.at(0));
    if (found == kComparisons.end()) {
        i.fail("the comparison ." + i.modifiers[0] + " is not emulated");
    }
    std::string a = w.value(i, 1, i.type());
    std::string b = w.value(i, 2, i.type());
    if (i.has("ftz")) {
        a = "flush(" + a + ")";
        b = "flush(" + b + ")";
    }
    std::string result = found->second + "<" + i.type() + ">(" + a + ", " + b + ")";
    std::string combine;
    if (i.operands.size() == 4) {
        combine = (i.has("and") ? " & " : i.has("or") ? " | " : " ^ ") + w.value(i, 3, "pred");
    }
    const std::string& destinations = i.operand(0);
    size_t bar = destinations.find('|');
    if (bar == std::string::npos) {
        return w.assign(destinations, "pred", "(" + result + combine + ")");
    }
    return "{ bool compared = " + result + "; " +
           w.assign(destinations.substr(0, bar), "pred", "(compared" + combine + ")") + " " +
           w.assign(destinations.substr(bar + 1), "pred", "(!compared" + combine + ")") + " }";
}

std::string property(const Instruction& i, const FunctionWriter& w) {
    i.allow("notanumber number finite infinite");
    std::string value = "(" + w.value(i, 1, i.type()) + ")";
    std::string test = i.has("notanumber") ? "isNan"
                       : i.has("number")   ? "!isNan"
                       : i.has("finite")   ? "isFinite"
                                           : "isInfinite";
    return w.assign(i.operand(0), "pred", test + value);
}

}  // namespace

std::string translateLogic(const Instruction& i, const FunctionWriter& w) {
    for (const Row& row : kRows) {
        if (i.opcode == row.opcode) {
            return fromTable(i, w, row);
        }
    }
    if (i.opcode == "shf") {
        i.allow("l r wrap clamp");
        return w.assign(i.operand(0), "u32",
                        std::string("funnel(") + (i.has("l") ? "true, " : "false, ") +
                            (i.has("wrap") ? "true, " : "false, ") + w.value(i, 1, "u32") + ", " +
                            w.value(i, 2, "u32") + ", " + w.value(i, 3, "u32") + ")");
    }
    if (i.opcode == "setp") {
        return comparison(i, w);
    }
    if (i.opcode == "testp") {
        return property(i, w);
    }
    if (i.opcode == "selp") {
        i.allow("");
        return w.assign(i.operand(0), i.type(),
                        "select<" + i.type() + ">(" + w.value(i, 1, i.type()) + ", " + w.value(i, 2, i.type()) + ", " +
                            w.value(i, 3, "pred") + ")");
    }
    return "";
}

}  // namespace emulator
