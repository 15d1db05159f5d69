// Writes the C++ of one kernel: knows its registers, symbols and parameters.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "translator/instruction.h"

namespace emulator {

/// An array that kernels name: in shared, local, global or constant memory.
struct Symbol {
    enum Space { SHARED, LOCAL, VARIABLE };
    Space space;
    std::string address;  // as a C++ expression of type u64
};

class FunctionWriter {
public:
    FunctionWriter(std::map<std::string, Symbol> symbols, std::map<std::string, int> parameters)
        : symbols_(std::move(symbols)), parameters_(std::move(parameters)) {}

    void declareRegisters(const std::string& directive);
    void declareLocal(const std::string& name, int bytes, int alignment);
    void declareTargets(const std::string& label, const std::string& targets);
    void addSymbol(const std::string& name, const Symbol& symbol) { symbols_[name] = symbol; }

    /// Translates one instruction, or throws TranslationError.
    void write(const Instruction& instruction);

    void openScope();
    void closeScope();
    void label(const std::string& name);

    /// The whole function. Dynamic shared memory starts after the static part.
    std::string code(const std::string& kernel, uint32_t sharedBytes) const;

    // For the translation of instructions (translator/instructions.h):

    /// The C++ name of a register or label.
    static std::string nameOf(const std::string& ptx);

    /// An operand as an expression of that PTX type: register, immediate, symbol or special register.
    std::string value(const Instruction& i, size_t operand, const std::string& type) const;
    std::string value(const Instruction& i, const std::string& operand, const std::string& type) const;

    /// "put<f32>(v_f1, expression);"
    std::string assign(const std::string& destination, const std::string& type, const std::string& expression) const;

    /// The u64 expression inside [ ]. The address of a parameter is its offset among them.
    std::string address(const Instruction& i, const std::string& operand) const;

    /// Labels that brx.idx jumps to.
    const std::vector<std::string>& targets(const Instruction& i, const std::string& label) const;

    /// The thread's own array, as "depot, bytes" for ptx::local.
    std::string depot() const;

private:
    void line(const std::string& text) { body_ += "    " + text + "\n"; }
    bool isRegister(const std::string& operand) const;
    std::string special(const Instruction& i, const std::string& name) const;

    std::vector<std::string> registers_;  // names, without the numbers
    std::map<std::string, Symbol> symbols_;
    std::map<std::string, int> parameters_;  // offsets
    std::map<std::string, std::vector<std::string>> targets_;
    int depotBytes_ = 0;
    std::string depotName_;
    int depth_ = 0;
    std::string declarations_;
    std::string body_;
};

}  // namespace emulator
