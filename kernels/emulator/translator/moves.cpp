// mov, cvt and cvta: values from one place or type to another.
#include "translator/instructions.h"

namespace emulator {

namespace {

std::string bits(int bytes) { return "b" + std::to_string(bytes * 8); }

/// mov.b64 {%r1, %r2}, %rd1: the first takes the low half.
std::string unpack(const Instruction& i, const FunctionWriter& w, const std::vector<std::string>& parts) {
    int bytes = bytesOf(i.type()) / static_cast<int>(parts.size());
    std::string text = "{ u64 whole = " + w.value(i, 1, bits(bytesOf(i.type()))) + "; ";
    for (size_t part = 0; part < parts.size(); part++) {
        std::string shifted = "static_cast<" + bits(bytes) + ">(whole >> " + std::to_string(part * bytes * 8) + ")";
        text += w.assign(parts[part], bits(bytes), shifted) + " ";
    }
    return text + "}";
}

std::string pack(const Instruction& i, const FunctionWriter& w, const std::vector<std::string>& parts) {
    int bytes = bytesOf(i.type()) / static_cast<int>(parts.size());
    std::string whole;
    for (size_t part = 0; part < parts.size(); part++) {
        whole += (part == 0 ? "" : " | ") + ("static_cast<u64>(" + w.value(i, parts[part], bits(bytes)) + ") << ") +
                 std::to_string(part * bytes * 8);
    }
    std::string type = bits(bytesOf(i.type()));
    return w.assign(i.operand(0), type, "static_cast<" + type + ">(" + whole + ")");
}

std::string move(const Instruction& i, const FunctionWriter& w) {
    i.allow("");
    if (i.operand(0)[0] == '{') {
        return unpack(i, w, elements(i.operand(0)));
    }
    if (i.operand(1)[0] == '{') {
        return pack(i, w, elements(i.operand(1)));
    }
    return w.assign(i.operand(0), i.type(), w.value(i, 1, i.type()));
}

/// Generic addresses are the CPU's own; shared addresses are offsets into the block's window.
std::string convertAddress(const Instruction& i, const FunctionWriter& w) {
    i.allow("to global shared local const");
    std::string value = w.value(i, 1, i.type());
    if (i.has("shared")) {
        std::string window = "reinterpret_cast<u64>(t.block->shared)";
        value = i.has("to") ? value + " - " + window : window + " + " + value;
    }
    return w.assign(i.operand(0), i.type(), value);
}

std::string convert(const Instruction& i, const FunctionWriter& w) {
    i.allow("rn rz rni rzi rmi rpi sat ftz");
    if (i.types.size() != 2) {
        i.fail("one of its types is not emulated");
    }
    const std::string& to = i.types[0];
    const std::string& from = i.types[1];
    bool integral = i.has("rni") || i.has("rzi") || i.has("rmi") || i.has("rpi");
    const char* rounding = i.has("rzi") ? "ZERO" : i.has("rmi") ? "DOWN" : i.has("rpi") ? "UP" : "NEAREST";
    if (i.has("rz") && !(to == "f32" && from == "f64")) {
        i.fail(".rz is not emulated here");
    }
    std::string value = w.value(i, 1, from);
    if (i.has("ftz") && from == "f32") {
        value = "flush(" + value + ")";
    }
    if (i.has("rz")) {
        value = "roundExact<ZERO>(" + value + ", 0)";
    } else if (integral && to == from) {
        value = "toIntegral<" + to + ", " + rounding + ">(" + value + ")";
    } else {
        value = "convert<" + to + ", " + from + ", " + rounding + ">(" + value + ")";
    }
    if (i.has("sat")) {
        if (isFloatType(to)) {
            value = "saturate(" + value + ")";
        } else if (!isFloatType(from)) {
            i.fail(".sat between integers is not emulated");
        }
    }
    if (i.has("ftz") && to == "f32") {
        value = "flush(" + value + ")";
    }
    return w.assign(i.operand(0), to, value);
}

}  // namespace

std::string translateMove(const Instruction& i, const FunctionWriter& w) {
    if (i.opcode == "mov") {
        return move(i, w);
    }
    if (i.opcode == "cvta") {
        return convertAddress(i, w);
    }
    if (i.opcode == "cvt") {
        return convert(i, w);
    }
    return "";
}

}  // namespace emulator
