// From one PTX instruction to one C++ statement.
#pragma once

#include <string>

#include "translator/function_writer.h"
#include "translator/instruction.h"

namespace emulator {

/// The statement, without the predicate. Throws TranslationError for what is not emulated.
std::string translate(const Instruction& i, const FunctionWriter& w);

// Each knows some opcodes and returns an empty string for the others.
std::string translateArithmetic(const Instruction& i, const FunctionWriter& w);
std::string translateLogic(const Instruction& i, const FunctionWriter& w);
std::string translateMove(const Instruction& i, const FunctionWriter& w);
std::string translateMemory(const Instruction& i, const FunctionWriter& w);
std::string translateControl(const Instruction& i, const FunctionWriter& w);
std::string translateWarp(const Instruction& i, const FunctionWriter& w);

/// "AT(33); " in front of what may be reported.
std::string at(const Instruction& i);

/// The parts of {%f1, %f2}, or the operand itself.
std::vector<std::string> elements(const std::string& operand);

}  // namespace emulator
