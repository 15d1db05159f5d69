#include "translator/instructions.h"

#include "translator/text.h"

namespace emulator {

std::string translate(const Instruction& i, const FunctionWriter& w) {
    for (auto* family :
         {translateArithmetic, translateLogic, translateMove, translateMemory, translateControl, translateWarp}) {
        std::string statement = family(i, w);
        if (!statement.empty()) {
            return statement;
        }
    }
    i.fail("the instruction " + i.opcode + " is not emulated");
}

std::string at(const Instruction& i) { return "AT(" + std::to_string(i.line) + "); "; }

std::vector<std::string> elements(const std::string& operand) {
    if (operand[0] != '{') {
        return {operand};
    }
    return splitOutside(operand.substr(1, operand.size() - 2), ',');
}

}  // namespace emulator
