// Small helpers on strings.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace emulator {

std::string trim(const std::string& text);
bool startsWith(const std::string& text, const std::string& prefix);

/// The trimmed parts between separators that are not inside brackets or braces.
std::vector<std::string> splitOutside(const std::string& text, char separator);

/// The words between white space.
std::vector<std::string> words(const std::string& text);

/// PTX that cannot be translated; says why.
class TranslationError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace emulator
