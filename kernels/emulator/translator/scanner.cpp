#include "translator/scanner.h"

#include <cctype>

#include "translator/text.h"

namespace emulator {

namespace {

/// These end with their line, not with a semicolon.
const char* const kLineDirectives[] = {".version", ".target", ".address_size", ".loc", ".file", ".section"};

}  // namespace

void Scanner::skipSpace() {
    while (at_ < ptx_.size()) {
        if (ptx_.compare(at_, 2, "//") == 0) {
            at_ = ptx_.find('\n', at_);
            at_ = at_ == std::string::npos ? ptx_.size() : at_;
        } else if (ptx_.compare(at_, 2, "/*") == 0) {
            size_t end = ptx_.find("*/", at_);
            for (; at_ < ptx_.size() && at_ < end + 2; at_++) {
                line_ += ptx_[at_] == '\n';
            }
        } else if (isspace(static_cast<unsigned char>(ptx_[at_]))) {
            line_ += ptx_[at_++] == '\n';
        } else {
            return;
        }
    }
}

bool Scanner::atLineDirective() const {
    for (const std::string directive : kLineDirectives) {
        if (ptx_.compare(at_, directive.size(), directive) == 0 &&
            isspace(static_cast<unsigned char>(ptx_[at_ + directive.size()]))) {
            return true;
        }
    }
    return false;
}

/// Text up to the first of the ends that is not in a comment or a string; the end is not taken.
std::string Scanner::upTo(const char* ends) {
    std::string text;
    bool quoted = false;
    for (; at_ < ptx_.size(); at_++) {
        char c = ptx_[at_];
        if (!quoted && ptx_.compare(at_, 2, "//") == 0) {
            at_ = ptx_.find('\n', at_);
            if (at_ == std::string::npos) {
                at_ = ptx_.size();
                break;
            }
            c = '\n';
        }
        if (!quoted && std::string(ends).find(c) != std::string::npos) {
            break;
        }
        quoted ^= c == '"';
        line_ += c == '\n';
        text += c == '\n' ? ' ' : c;
    }
    return trim(text);
}

Statement Scanner::next() {
    skipSpace();
    Statement statement;
    statement.line = line_;
    if (at_ >= ptx_.size() || ptx_[at_] == '\0') {
        return statement;
    }
    char c = ptx_[at_];
    if (c == '{' || c == '}') {
        at_++;
        statement.kind = c == '{' ? Statement::OPEN : Statement::CLOSE;
        return statement;
    }
    if (atLineDirective()) {
        statement.kind = Statement::DIRECTIVE;
        statement.text = upTo("\n");
        return statement;
    }
    if (c == '.') {
        statement.text = upTo(";{");
        bool function =
            statement.text.find(".entry") != std::string::npos || statement.text.find(".func") != std::string::npos;
        if (function && at_ < ptx_.size() && ptx_[at_] == '{') {
            statement.kind = Statement::HEADER;
            return statement;
        }
        statement.kind = Statement::DIRECTIVE;
        if (at_ < ptx_.size() && ptx_[at_] == '{') {
            statement.text += " " + upTo(";");  // an initializer
        }
        at_++;
        return statement;
    }
    size_t start = at_;
    while (at_ < ptx_.size() &&
           (isalnum(static_cast<unsigned char>(ptx_[at_])) || ptx_[at_] == '_' || ptx_[at_] == '$')) {
        at_++;
    }
    if (at_ < ptx_.size() && ptx_[at_] == ':') {
        statement.kind = Statement::LABEL;
        statement.text = ptx_.substr(start, at_++ - start);
        return statement;
    }
    at_ = start;
    statement.kind = Statement::INSTRUCTION;
    statement.text = upTo(";");
    at_++;
    return statement;
}

}  // namespace emulator
