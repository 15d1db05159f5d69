// Branches and ends.
#include "translator/instructions.h"

namespace emulator {

namespace {

std::string branch(const Instruction& i) {
    i.allow("uni");
    return "goto " + FunctionWriter::nameOf(i.operand(0)) + ";";
}

/// brx.idx %r1, table: jumps to the r1-th label of a .branchtargets list.
std::string indexedBranch(const Instruction& i, const FunctionWriter& w) {
    i.allow("idx uni");
    std::string text = "switch (" + w.value(i, 0, "u32") + ") { ";
    size_t number = 0;
    for (const std::string& label : w.targets(i, i.operand(1))) {
        text += "case " + std::to_string(number++) + ": goto " + FunctionWriter::nameOf(label) + "; ";
    }
    return text + "}";
}

}  // namespace

std::string translateControl(const Instruction& i, const FunctionWriter& w) {
    if (i.opcode == "bra") {
        return branch(i);
    }
    if (i.opcode == "brx") {
        return indexedBranch(i, w);
    }
    if (i.opcode == "ret" || i.opcode == "exit") {
        i.allow("uni");
        return "return;";
    }
    if (i.opcode == "trap") {
        return at(i) + "emulator::trap(t);";
    }
    return "";
}

}  // namespace emulator
