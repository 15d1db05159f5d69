// ld, st, atom and red.
#include <map>

#include "translator/instructions.h"

namespace emulator {

namespace {

// How an access is ordered or cached makes no difference here: the threads of a block run one at a time.
const std::string kOrdering = "weak relaxed acquire release acq_rel volatile cta gpu sys ";
const std::string kCaching = "ca cg cs lu cv wb wt nc noftz v2 v4 ";
const std::string kSpaces = "global shared local const param ";

const std::map<std::string, std::string> kAtomics = {
    {"add", "atomicAdd"}, {"min", "atomicMin"}, {"max", "atomicMax"}, {"and", "atomicAnd"},   {"or", "atomicOr"},
    {"xor", "atomicXor"}, {"inc", "atomicInc"}, {"dec", "atomicDec"}, {"exch", "atomicExch"}, {"cas", "atomicCas"},
};

/// A pointer to `count` values of the instruction's type, proved to be valid.
std::string place(const Instruction& i, const FunctionWriter& w, const std::string& operand, size_t count,
                  const char* access) {
    std::string head = "<" + i.type() + ", " + std::to_string(count);
    std::string address = w.address(i, operand);
    if (i.has("shared")) {
        return "shared" + head + ", emulator::" + access + ">(t, static_cast<u32>(" + address + "))";
    }
    if (i.has("local")) {
        return "local" + head + ">(t, " + address + ", " + w.depot() + ")";
    }
    if (i.has("global") || i.has("const")) {
        return (i.has("const") ? "constant" : "global") + head + ", emulator::" + access + ">(t, " + address + ")";
    }
    return "generic" + head + ", emulator::" + access + ">(t, " + address + ", " + w.depot() + ")";
}

std::string load(const Instruction& i, const FunctionWriter& w) {
    i.allow(kOrdering + kCaching + kSpaces);
    std::vector<std::string> destinations = elements(i.operand(0));
    const std::string& type = i.type();
    if (i.has("param")) {
        std::string text =
            "{ const " + type + "* from = parameter<" + type + ">(t, " + w.address(i, i.operand(1)) + "); ";
        for (size_t k = 0; k < destinations.size(); k++) {
            text += w.assign(destinations[k], type, "from[" + std::to_string(k) + "]") + " ";
        }
        return text + "}";
    }
    std::string pointer = place(i, w, i.operand(1), destinations.size(), "READ");
    if (destinations.size() == 1) {
        return at(i) + w.assign(destinations[0], type, "*" + pointer);
    }
    std::string text = at(i) + "{ const " + type + "* from = " + pointer + "; ";
    for (size_t k = 0; k < destinations.size(); k++) {
        text += w.assign(destinations[k], type, "from[" + std::to_string(k) + "]") + " ";
    }
    return text + "}";
}

std::string store(const Instruction& i, const FunctionWriter& w) {
    i.allow(kOrdering + kCaching + kSpaces);
    std::vector<std::string> sources = elements(i.operand(1));
    std::string pointer = place(i, w, i.operand(0), sources.size(), "WRITE");
    if (sources.size() == 1) {
        return at(i) + "*" + pointer + " = " + w.value(i, sources[0], i.type()) + ";";
    }
    std::string text = at(i) + "{ " + i.type() + "* to = " + pointer + "; ";
    for (size_t k = 0; k < sources.size(); k++) {
        text += "to[" + std::to_string(k) + "] = " + w.value(i, sources[k], i.type()) + "; ";
    }
    return text + "}";
}

/// atom gives back what was there, red does not.
std::string atomic(const Instruction& i, const FunctionWriter& w) {
    i.allow(kOrdering + kSpaces + "add min max and or xor inc dec exch cas noftz");
    bool returns = i.opcode == "atom";
    size_t first = returns ? 1 : 0;
    if (bytesOf(i.type()) < 4 || i.has("local")) {
        i.fail("this atomic is not emulated");
    }
    std::string text;
    for (const std::string& modifier : i.modifiers) {
        auto found = kAtomics.find(modifier);
        if (found != kAtomics.end()) {
            text = found->second + "<" + i.type() + ">(" + place(i, w, i.operand(first), 1, "ATOMIC");
        }
    }
    for (size_t k = first + 1; k < i.operands.size(); k++) {
        text += ", " + w.value(i, k, i.type());
    }
    text += ")";
    return at(i) + (returns ? w.assign(i.operand(0), i.type(), text) : text + ";");
}

}  // namespace

std::string translateMemory(const Instruction& i, const FunctionWriter& w) {
    if (i.opcode == "ld" || i.opcode == "ldu") {
        return load(i, w);
    }
    if (i.opcode == "st") {
        return store(i, w);
    }
    if (i.opcode == "atom" || i.opcode == "red") {
        return atomic(i, w);
    }
    return "";
}

}  // namespace emulator
