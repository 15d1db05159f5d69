// What the checker knows of each byte of an allocation, or of a block's shared memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace emulator {

/// Who has accessed something, and when. A barrier that both threads have passed since orders them.
struct Past {
    uint64_t launch = 0;  // 0: none
    uint64_t block = 0;
    uint32_t thread = 0;
    uint32_t barriers = 0;
    uint32_t warpBarriers = 0;
    uint32_t line = 0;
    uint8_t bytes = 0;  // which of the four, as bits
    bool atomic = false;
};

/// The history of four bytes: the last write, and two readers. Two are enough to know whether there is one that is
/// not the thread at hand.
struct History {
    Past write;
    Past reads[2];
};

class Shadow {
public:
    static constexpr size_t kGranule = 4;

    Shadow(size_t bytes, bool written)
        : written_(bytes, written), histories_(static_cast<History*>(calloc(bytes / kGranule + 1, sizeof(History)))) {}
    ~Shadow() { free(histories_); }
    Shadow(const Shadow&) = delete;
    Shadow& operator=(const Shadow&) = delete;

    size_t bytes() const { return written_.size(); }
    History& history(size_t offset) { return histories_[offset / kGranule]; }

    void markWritten(size_t offset, size_t bytes) { memset(written_.data() + offset, 1, bytes); }
    void forget() { memset(written_.data(), 0, written_.size()); }
    bool isWritten(size_t offset, size_t bytes) const { return memchr(written_.data() + offset, 0, bytes) == nullptr; }
    void copyWritten(size_t offset, const Shadow& from, size_t fromOffset, size_t bytes) {
        memmove(written_.data() + offset, from.written_.data() + fromOffset, bytes);
    }

private:
    std::vector<uint8_t> written_;  // one for each byte
    History* histories_;            // zeroed by the system when first touched: most are not
};

}  // namespace emulator
