// Cuts PTX into statements.
#pragma once

#include <cstddef>
#include <string>

namespace emulator {

struct Statement {
    enum Kind { END, OPEN, CLOSE, LABEL, DIRECTIVE, HEADER, INSTRUCTION };
    Kind kind = END;
    std::string text;  // without the ; or : at its end
    int line = 0;      // in the PTX, from 1
};

/// Reads one statement after the other:
///     OPEN         {
///     CLOSE        }
///     LABEL        $L__BB0_2:
///     HEADER       .visible .entry name( ... )      (the text before the { of a function)
///     DIRECTIVE    .reg .b32 %r<6>;  .loc 1 33 5
///     INSTRUCTION  @%p1 bra $L__BB0_2;
class Scanner {
public:
    explicit Scanner(const std::string& ptx) : ptx_(ptx) {}

    Statement next();

    /// What next() will give.
    Statement peek() const { return Scanner(*this).next(); }

private:
    void skipSpace();
    bool atLineDirective() const;
    std::string upTo(const char* ends);

    const std::string& ptx_;
    size_t at_ = 0;
    int line_ = 1;
};

}  // namespace emulator
