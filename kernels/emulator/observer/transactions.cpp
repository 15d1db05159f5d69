#include "observer/transactions.h"

#include <algorithm>

namespace emulator {

namespace {

constexpr uint64_t kSector = 32;
constexpr uint64_t kWord = 4;
constexpr int kBanks = 32;
constexpr int kLanes = 32;

/// The addresses of the lanes that take part, in ascending order; how many there are.
int sorted(const Request& request, uint64_t* addresses) {
    int count = 0;
    for (int lane = 0; lane < kLanes; lane++) {
        if (request.lanes >> lane & 1) {
            addresses[count++] = request.addresses[lane];
        }
    }
    if (!std::is_sorted(addresses, addresses + count)) {
        std::sort(addresses, addresses + count);
    }
    return count;
}

Cost sectors(const Request& request) {
    uint64_t addresses[kLanes];
    int count = sorted(request, addresses);
    Cost cost;
    uint64_t bytes = 0;
    uint64_t covered = 0;  // first byte that has not been counted
    uint64_t nextSector = 0;
    for (int i = 0; i < count; i++) {
        uint64_t first = std::max(addresses[i], covered);
        uint64_t end = addresses[i] + request.bytes;
        if (end > first) {
            bytes += end - first;
            covered = end;
        }
        uint64_t firstSector = std::max(addresses[i] / kSector, nextSector);
        uint64_t endSector = (end - 1) / kSector + 1;
        if (endSector > firstSector) {
            cost.transactions += endSector - firstSector;
            nextSector = endSector;
        }
    }
    cost.ideal = (bytes + kSector - 1) / kSector;
    return cost;
}

/// How often the banks must be read for these lanes: the most different words in one of them.
uint64_t turnsOf(const Request& request, int firstLane, int lanes) {
    uint64_t words[kBanks][kLanes];
    uint64_t counts[kBanks] = {};
    for (int lane = firstLane; lane < firstLane + lanes; lane++) {
        if (!(request.lanes >> lane & 1)) {
            continue;
        }
        uint64_t last = (request.addresses[lane] + request.bytes - 1) / kWord;
        for (uint64_t word = request.addresses[lane] / kWord; word <= last; word++) {
            uint64_t bank = word % kBanks;
            uint64_t* end = words[bank] + counts[bank];
            if (std::find(words[bank], end, word) == end) {
                words[bank][counts[bank]++] = word;
            }
        }
    }
    return *std::max_element(counts, counts + kBanks);
}

Cost turns(const Request& request) {
    int lanesInTurn = request.bytes <= 4 ? 32 : request.bytes == 8 ? 16 : 8;
    Cost cost;
    for (int first = 0; first < kLanes; first += lanesInTurn) {
        uint64_t repeated = turnsOf(request, first, lanesInTurn);
        cost.transactions += repeated;
        cost.ideal += repeated > 0;
    }
    return cost;
}

}  // namespace

Cost costOf(const Request& request) { return request.space == SHARED ? turns(request) : sectors(request); }

}  // namespace emulator
