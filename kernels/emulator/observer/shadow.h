// What the checker knows of each byte of an allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace emulator {

class Shadow {
public:
    Shadow(size_t bytes, bool written) : written_(bytes, written) {}

    void markWritten(size_t offset, size_t bytes) {
        for (size_t i = 0; i < bytes; i++) {
            written_[offset + i] = true;
        }
    }

private:
    std::vector<bool> written_;
};

}  // namespace emulator
