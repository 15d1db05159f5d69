// One PTX instruction, taken apart.
#pragma once

#include <string>
#include <vector>

namespace emulator {

/// @!%p1 ld.global.nc.v2.f32 {%f1, %f2}, [%rd4+8]
struct Instruction {
    std::string text;
    int line = 0;                        // in the PTX
    std::string predicate;               // %p1, or empty
    bool negated = false;                // @!
    std::string name;                    // ld.global.nc.v2.f32
    std::string opcode;                  // ld
    std::vector<std::string> modifiers;  // global nc v2 f32
    std::vector<std::string> types;      // the modifiers that are types: f32
    std::vector<std::string> operands;   // {%f1, %f2} and [%rd4+8]

    Instruction(const std::string& text, int line);

    bool has(const std::string& modifier) const;

    /// The last type, which for all but cvt is the only one.
    const std::string& type() const;

    const std::string& operand(size_t i) const;

    /// Throws if there are other modifiers than types and those listed, separated by spaces.
    void allow(const std::string& known) const;

    [[noreturn]] void fail(const std::string& why) const;
};

bool isType(const std::string& name);
bool isFloatType(const std::string& name);

/// Of a PTX type; 1 for pred.
int bytesOf(const std::string& type);

}  // namespace emulator
