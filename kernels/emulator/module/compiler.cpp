#include "module/compiler.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/settings.h"
#include "core/status.h"

namespace emulator {

namespace {

std::string libraryFile() {
    Dl_info info;
    dladdr(reinterpret_cast<void*>(&compile), &info);
    return info.dli_fname;
}

std::string folderOf(const std::string& file) { return file.substr(0, file.rfind('/')); }

/// FNV-1a, 64 bits, from a given start.
uint64_t hash(const std::string& text, uint64_t value) {
    for (unsigned char c : text) {
        value = (value ^ c) * 0x100000001B3ull;
    }
    return value;
}

std::string read(const std::string& file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string quoted(const std::string& path) {
    std::string text = "'";
    for (char c : path) {
        text += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return text + "'";
}

std::string flags(bool observed) {
    std::string text =
        "-std=c++17 -O1 -w -fPIC -shared -fvisibility=hidden -fno-strict-aliasing -ffp-contract=off -fno-math-errno";
    if (__builtin_cpu_supports("fma")) {
        text += " -mfma";  // fma.rn is one instruction on the device, and should be here
    }
    return text + (observed ? " -DEMULATOR_OBSERVED" : "");
}

}  // namespace

std::string compile(const std::string& code, bool observed) {
    std::string library = libraryFile();
    std::string folder = folderOf(library);
    std::string modules = folder + "/modules";
    mkdir(modules.c_str(), 0777);
    std::string key = code + flags(observed);
    std::string base =
        modules + format("/%016llx%016llx", static_cast<unsigned long long>(hash(key, 0xCBF29CE484222325ull)),
                         static_cast<unsigned long long>(hash(key, 0x9E3779B97F4A7C15ull)));
    std::string compiled = base + ".so";
    if (access(compiled.c_str(), R_OK) == 0) {
        return compiled;
    }
    // Another process may be doing the same: each writes its own files, and the last rename wins.
    std::string mine = base + "." + std::to_string(getpid());
    std::string source = mine + ".cpp";
    std::string log = mine + ".log";
    std::ofstream(source) << code;
    std::string command = quoted(settings().compiler) + " " + flags(observed) + " -I" + quoted(folder + "/source") +
                          " -o " + quoted(mine + ".so") + " " + quoted(source) + " " + quoted(library) + " >" +
                          quoted(log) + " 2>&1";
    int status = system(command.c_str());
    if (status != 0) {
        report(INVALID_PTX, "the translated kernels in " + source + " do not compile: " + read(log).substr(0, 800));
        return "";
    }
    unlink(log.c_str());
    rename(source.c_str(), (base + ".cpp").c_str());
    rename((mine + ".so").c_str(), compiled.c_str());
    return compiled;
}

}  // namespace emulator
