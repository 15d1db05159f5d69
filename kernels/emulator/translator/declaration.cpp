#include "translator/declaration.h"

#include <cstdlib>
#include <cstring>

#include "translator/instruction.h"
#include "translator/text.h"

namespace emulator {

namespace {

/// One value of an initializer, as `width` bytes.
void append(std::vector<unsigned char>& bytes, const std::string& value, const std::string& type) {
    unsigned long long bits;
    if (value.size() > 2 && value[0] == '0' &&
        (value[1] == 'f' || value[1] == 'F' || value[1] == 'd' || value[1] == 'D')) {
        bits = strtoull(value.c_str() + 2, nullptr, 16);
    } else {
        char* end;
        bits = strtoull(value.c_str(), &end, 0);
        if (*end != '\0' && *end != 'U') {
            throw TranslationError("the initial value " + value + " is not emulated");
        }
    }
    for (int i = 0; i < bytesOf(type); i++) {
        bytes.push_back(static_cast<unsigned char>(bits >> (8 * i)));
    }
}

}  // namespace

long alignUp(long offset, long alignment) { return (offset + alignment - 1) / alignment * alignment; }

Declaration::Declaration(const std::string& text) {
    size_t equals = text.find('=');
    std::string head = trim(text.substr(0, equals));
    size_t bracket = head.find('[');
    if (bracket != std::string::npos) {
        count = atol(head.c_str() + bracket + 1);
        head = trim(head.substr(0, bracket));
    }
    std::vector<std::string> parts = words(head);
    for (size_t i = 0; i + 1 < parts.size(); i++) {
        const std::string& part = parts[i];
        std::string plain = part.substr(part[0] == '.' ? 1 : 0);
        if (plain == "align") {
            alignment = atoi(parts[++i].c_str());
        } else if (plain == "ptr") {
            break;  // what follows says where the parameter points to
        } else if (plain == "global" || plain == "const" || plain == "shared" || plain == "local" || plain == "param") {
            space = plain;
        } else if (plain != "visible" && plain != "extern" && plain != "weak" && plain != "common" &&
                   plain != "attribute") {
            type = plain;
        }
    }
    name = parts.back();
    int natural = bytesOf(type);
    alignment = alignment == 0 ? natural : alignment;
    if (equals != std::string::npos) {
        std::string values = trim(text.substr(equals + 1));
        if (values[0] == '{') {
            values = values.substr(1, values.size() - 2);
        }
        for (const std::string& value : splitOutside(values, ',')) {
            append(initial, value, type);
        }
    }
}

long Declaration::bytes() const { return count * bytesOf(type); }

}  // namespace emulator
