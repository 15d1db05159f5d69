// Which bytes of global memory a launch has read or written at least once: what would cross the bus if every byte
// stayed in a cache from its first use on.
#pragma once

#include <bitset>
#include <cstdint>
#include <unordered_map>

namespace emulator {

class Footprint {
public:
    void add(uint64_t address, uint32_t bytes) {
        for (uint64_t at = address; at < address + bytes; at++) {
            uint64_t number = at / kPage;
            if (page_ == nullptr || number != number_) {
                page_ = &pages_[number];
                number_ = number;
            }
            page_->set(at % kPage);
        }
    }

    uint64_t bytes() const {
        uint64_t total = 0;
        for (const auto& page : pages_) {
            total += page.second.count();
        }
        return total;
    }

    void clear() {
        pages_.clear();
        page_ = nullptr;
    }

private:
    static constexpr uint64_t kPage = 4096;

    std::unordered_map<uint64_t, std::bitset<kPage>> pages_;
    std::bitset<kPage>* page_ = nullptr;  // the last one used
    uint64_t number_ = 0;
};

}  // namespace emulator
