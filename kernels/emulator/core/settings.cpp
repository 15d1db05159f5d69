#include "core/settings.h"

#include <cstdlib>

namespace emulator {

namespace {

bool setFlag(bool& flag, const std::string& value) {
    flag = value == "true";
    return flag || value == "false";
}

template <class Number>
bool setNumber(Number& number, const std::string& value) {
    char* end;
    unsigned long long parsed = strtoull(value.c_str(), &end, 10);
    if (value.empty() || *end != '\0') {
        return false;
    }
    number = static_cast<Number>(parsed);
    return true;
}

bool setOrder(Order& order, const std::string& value) {
    order = value == "reverse" ? Order::REVERSE : value == "random" ? Order::RANDOM : Order::FORWARD;
    return order != Order::FORWARD || value == "forward";
}

}  // namespace

Settings& settings() {
    static auto* all = new Settings;
    return *all;
}

bool set(const std::string& name, const std::string& value) {
    Settings& s = settings();
    if (name == "order") return setOrder(s.order, value);
    if (name == "seed") return setNumber(s.seed, value);
    if (name == "lazy") return setFlag(s.lazy, value);
    if (name == "check") return setFlag(s.check, value);
    if (name == "count") return setFlag(s.count, value);
    if (name == "workers") return setNumber(s.workers, value);
    if (name == "memory") return setNumber(s.memory, value);
    if (name == "compiler") {
        s.compiler = value;
        return true;
    }
    return false;
}

}  // namespace emulator
