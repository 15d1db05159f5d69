// Modules, functions and launches.
#include <cstring>

#include "driver/driver.h"
#include "execution/launch.h"
#include "memory/device_memory.h"

using namespace emulator;

namespace {

constexpr uint32_t kGreatestOptIn = 65536;  // bytes of dynamic shared memory, with cuFuncSetAttribute
constexpr unsigned kGreatestBlockZ = 64;
constexpr unsigned kGreatestGridYZ = 65535;

// CUfunction_attribute
constexpr int kMaxThreadsPerBlock = 0;
constexpr int kSharedSizeBytes = 1;
constexpr int kLocalSizeBytes = 3;
constexpr int kMaxDynamicSharedSizeBytes = 8;

// CU_LAUNCH_PARAM_*
constexpr uintptr_t kBufferPointer = 1;
constexpr uintptr_t kBufferSize = 2;

Status checkShape(const Launch& launch) {
    const Index& g = launch.grid;
    const Index& b = launch.block;
    const Kernel& kernel = *launch.kernel;
    std::string shape = format("launch of %s with a grid of %ux%ux%u and blocks of %ux%ux%u: ", kernel.name().c_str(),
                               g.x, g.y, g.z, b.x, b.y, b.z);
    if (g.volume() == 0 || b.volume() == 0) {
        return report(INVALID_VALUE, shape + "one size is 0");
    }
    if (g.y > kGreatestGridYZ || g.z > kGreatestGridYZ || g.x > 0x7FFFFFFFu) {
        return report(INVALID_VALUE, shape + "the grid is too large");
    }
    if (b.volume() > kernel.entry().greatestBlock || b.z > kGreatestBlockZ) {
        return report(INVALID_VALUE, shape + format("at most %u threads a block", kernel.entry().greatestBlock));
    }
    if (launch.dynamicBytes > kernel.greatestDynamicBytes) {
        return report(INVALID_VALUE,
                      shape + format("%u bytes of dynamic shared memory, of %u allowed (cuFuncSetAttribute raises it)",
                                     launch.dynamicBytes, kernel.greatestDynamicBytes));
    }
    return SUCCESS;
}

/// From an array of pointers, one for each parameter, or a buffer that is laid out already.
Status collectParameters(Launch& launch, void** parameters, void** extra) {
    const Entry& entry = launch.kernel->entry();
    launch.parameters.resize(static_cast<size_t>(entry.parameterBytes) + 16);
    if (parameters != nullptr) {
        for (size_t i = 0; i < entry.parameters.size(); i++) {
            memcpy(launch.parameters.data() + entry.parameters[i].offset, parameters[i],
                   static_cast<size_t>(entry.parameters[i].bytes));
        }
        return SUCCESS;
    }
    const void* buffer = nullptr;
    size_t bytes = 0;
    for (size_t i = 0; extra != nullptr && extra[i] != nullptr; i += 2) {
        auto kind = reinterpret_cast<uintptr_t>(extra[i]);
        if (kind == kBufferPointer) buffer = extra[i + 1];
        if (kind == kBufferSize) bytes = *static_cast<size_t*>(extra[i + 1]);
    }
    if (bytes < static_cast<size_t>(entry.parameterBytes) || (buffer == nullptr && bytes > 0)) {
        return report(INVALID_VALUE, format("launch of %s: %zu bytes of parameters, where %d are expected",
                                            entry.name.c_str(), bytes, entry.parameterBytes));
    }
    if (bytes > 0) {
        memcpy(launch.parameters.data(), buffer, static_cast<size_t>(entry.parameterBytes));
    }
    return SUCCESS;
}

}  // namespace

API cuModuleLoadData(Module** module, const void* image) {
    ENTER();
    auto* ptx = static_cast<const char*>(image);
    if (ptx == nullptr || memcmp(ptx, "\177ELF", 4) == 0 || strstr(ptx, ".version") == nullptr) {
        return report(INVALID_IMAGE, "the image is no PTX: the emulated device runs nothing else");
    }
    Status status;
    std::unique_ptr<Module> loaded = Module::load(ptx, &status);
    if (loaded == nullptr) {
        return status;
    }
    *module = loaded.get();
    currentContext()->modules[*module] = std::move(loaded);
    return SUCCESS;
}

API cuModuleLoadDataEx(Module** module, const void* image, unsigned, void*, void*) {
    return cuModuleLoadData(module, image);
}

API cuModuleUnload(Module* module) {
    ENTER();
    Status status = finishAll();
    currentContext()->modules.erase(module);
    return status;
}

API cuModuleGetFunction(Kernel** function, Module* module, const char* name) {
    ENTER();
    *function = module->kernel(name);
    return *function != nullptr ? SUCCESS : report(NOT_FOUND, std::string("the module has no kernel ") + name);
}

API cuModuleGetGlobal_v2(void** address, size_t* bytes, Module* module, const char* name) {
    ENTER();
    size_t size = 0;
    void* found = module->variable(name, &size);
    if (address != nullptr) *address = found;
    if (bytes != nullptr) *bytes = size;
    return found != nullptr ? SUCCESS : report(NOT_FOUND, std::string("the module has no variable ") + name);
}

API cuFuncGetAttribute(int* value, int attribute, Kernel* function) {
    ENTER();
    const Entry& entry = function->entry();
    *value = attribute == kMaxThreadsPerBlock          ? static_cast<int>(entry.greatestBlock)
             : attribute == kSharedSizeBytes           ? static_cast<int>(entry.sharedBytes)
             : attribute == kLocalSizeBytes            ? static_cast<int>(entry.localBytes)
             : attribute == kMaxDynamicSharedSizeBytes ? static_cast<int>(function->greatestDynamicBytes)
                                                       : 0;
    return SUCCESS;
}

API cuFuncSetAttribute(Kernel* function, int attribute, int value) {
    ENTER();
    if (attribute == kMaxDynamicSharedSizeBytes) {
        if (value < 0 || static_cast<uint32_t>(value) + function->sharedBytes() > kGreatestOptIn) {
            return report(INVALID_VALUE, format("%s: %d bytes of dynamic shared memory are too many",
                                                function->name().c_str(), value));
        }
        function->greatestDynamicBytes = static_cast<uint32_t>(value);
    }
    return SUCCESS;
}

API cuLaunchKernel(Kernel* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,
                   unsigned blockZ, unsigned dynamicBytes, void* stream, void** parameters, void** extra) {
    ENTER();
    if (function == nullptr) {
        return report(INVALID_HANDLE, "launch of no kernel");
    }
    Launch launch;
    launch.kernel = function;
    launch.grid = {gridX, gridY, gridZ};
    launch.block = {blockX, blockY, blockZ};
    launch.dynamicBytes = dynamicBytes;
    if (Status bad = checkShape(launch)) return bad;
    if (Status bad = collectParameters(launch, parameters, extra)) return bad;
    return submit(streamOf(stream), [launch = std::move(launch)] { return execute(launch); });
}
