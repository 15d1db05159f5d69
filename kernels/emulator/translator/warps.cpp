// Barriers, fences, shuffles and votes.
#include "translator/instructions.h"

namespace emulator {

namespace {

std::string barrier(const Instruction& i, const FunctionWriter& w) {
    i.allow("cta sync aligned red popc and or warp");
    if (i.has("warp")) {
        return at(i) + "warpBarrier(t, " + w.value(i, 0, "u32") + ");";
    }
    bool reduces = i.has("red");
    const std::string& number = i.operand(reduces ? 1 : 0);
    if (number != "0" || i.operands.size() != (reduces ? 3 : 1)) {
        i.fail("only barrier 0 of the whole block is emulated");
    }
    if (!reduces) {
        return at(i) + "emulator::barrier(t);";
    }
    const char* kind = i.has("popc") ? "COUNT" : i.has("and") ? "ALL" : "ANY";
    return at(i) +
           w.assign(i.operand(0), i.has("popc") ? "u32" : "pred",
                    std::string("emulator::barrierReduce(t, emulator::") + kind + ", " + w.value(i, 2, "pred") + ")");
}

std::string shuffle(const Instruction& i, const FunctionWriter& w) {
    i.allow("sync up down bfly idx");
    const std::string& destinations = i.operand(0);
    size_t bar = destinations.find('|');
    std::string inRange =
        bar == std::string::npos ? "nullptr" : "&" + FunctionWriter::nameOf(destinations.substr(bar + 1));
    const char* kind = i.has("up") ? "SHFL_UP" : i.has("down") ? "SHFL_DOWN" : i.has("bfly") ? "SHFL_BFLY" : "SHFL_IDX";
    std::string text = std::string("shuffle(t, ") + kind;
    for (size_t k = 1; k <= 4; k++) {
        text += ", " + w.value(i, k, "u32");
    }
    return at(i) + w.assign(destinations.substr(0, bar), "u32", text + ", " + inRange + ")");
}

std::string vote(const Instruction& i, const FunctionWriter& w) {
    i.allow("sync ballot any all");
    std::string mask = w.value(i, 2, "u32");
    std::string value = w.value(i, 1, "pred");
    if (i.has("ballot")) {
        return at(i) + w.assign(i.operand(0), "u32", "ballot(t, " + value + ", " + mask + ")");
    }
    std::string test =
        i.has("any") ? "ballot(t, " + value + ", " + mask + ") != 0" : "ballot(t, !(" + value + "), " + mask + ") == 0";
    return at(i) + w.assign(i.operand(0), "pred", test);
}

}  // namespace

std::string translateWarp(const Instruction& i, const FunctionWriter& w) {
    if (i.opcode == "bar" || i.opcode == "barrier") {
        return barrier(i, w);
    }
    if (i.opcode == "membar" || i.opcode == "fence") {
        return "__atomic_thread_fence(__ATOMIC_SEQ_CST);";
    }
    if (i.opcode == "shfl") {
        return shuffle(i, w);
    }
    if (i.opcode == "vote") {
        return vote(i, w);
    }
    return "";
}

}  // namespace emulator
