#include "observer/warp_trace.h"

#include <unordered_map>

namespace emulator {

namespace {

constexpr int kLanes = 32;

}  // namespace

/// True if all lanes that did anything did the same: then no search is needed.
bool WarpTrace::inStep() const {
    const std::vector<Step>* model = nullptr;
    for (const std::vector<Step>& lane : lanes_) {
        if (lane.empty()) {
            continue;
        }
        if (model == nullptr) {
            model = &lane;
            continue;
        }
        if (lane.size() != model->size()) {
            return false;
        }
        for (size_t i = 0; i < lane.size(); i++) {
            if (lane[i].line != (*model)[i].line) {
                return false;
            }
        }
    }
    return true;
}

void WarpTrace::flushInStep(const std::function<void(const Together&)>& consume) const {
    size_t length = 0;
    for (const std::vector<Step>& lane : lanes_) {
        length = std::max(length, lane.size());
    }
    for (size_t i = 0; i < length; i++) {
        Together together;
        for (int lane = 0; lane < kLanes; lane++) {
            if (!lanes_[lane].empty()) {
                together.steps[lane] = &lanes_[lane][i];
                together.first = together.steps[lane];
            }
        }
        consume(together);
    }
}

void WarpTrace::flushApart(const std::function<void(const Together&)>& consume) const {
    std::unordered_map<uint64_t, Together> executions;  // by instruction and how often it was executed before
    for (int lane = 0; lane < kLanes; lane++) {
        std::unordered_map<uint32_t, uint32_t> times;
        for (const Step& step : lanes_[lane]) {
            uint64_t execution = uint64_t(step.line) << 32 | times[step.line]++;
            Together& together = executions[execution];
            together.steps[lane] = &step;
            together.first = &step;
        }
    }
    for (const auto& execution : executions) {
        consume(execution.second);
    }
}

void WarpTrace::flush(const std::function<void(const Together&)>& consume) {
    if (inStep()) {
        flushInStep(consume);
    } else {
        flushApart(consume);
    }
    for (std::vector<Step>& lane : lanes_) {
        lane.clear();
    }
}

}  // namespace emulator
