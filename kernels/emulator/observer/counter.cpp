#include "observer/counter.h"

#include "module/kernel.h"

namespace emulator {

namespace {

constexpr uint32_t kLanes = 32;

const char* nameOf(Space space) { return space == SHARED ? "shared" : "global"; }
const char* nameOf(Access access) { return access == READ ? "read" : access == WRITE ? "write" : "atomic"; }

}  // namespace

void Counter::startLaunch(const Launch& launch) {
    launch_ = &launch;
    kernel_ = &kernels_[launch.kernel->name()];
    kernel_->launches++;
    kernel_->blocks += launch.grid.volume();
    kernel_->threads += launch.grid.volume() * launch.block.volume();
}

void Counter::endLaunch() {
    kernel_->distinctRead += read_.bytes();
    kernel_->distinctWritten += written_.bytes();
    read_.clear();
    written_.clear();
    for (const auto& entry : lines_) {
        uint32_t line;
        Space space;
        Access access;
        std::tie(line, space, access) = entry.first;
        LineCount& total = kernel_->lines[{launch_->kernel->where(line), space, access}];
        total.requests += entry.second.requests;
        total.bytes += entry.second.bytes;
        total.transactions += entry.second.transactions;
        total.ideal += entry.second.ideal;
    }
    lines_.clear();
}

void Counter::startBlock(size_t threads) {
    threads_ = threads;
    warps_.resize((threads + kLanes - 1) / kLanes);
    returned_.assign(warps_.size(), 0);
}

void Counter::endBlock() {
    for (size_t warp = 0; warp < warps_.size(); warp++) {
        flush(warp);
    }
}

/// All threads have come to the barrier, so what each warp did before it is complete.
void Counter::barrier() {
    kernel_->barriers++;
    endBlock();
}

void Counter::threadReturned(const Thread& t) {
    size_t lanes = std::min<size_t>(kLanes, threads_ - t.warp * kLanes);
    if (++returned_[t.warp] == lanes) {
        flush(t.warp);
    }
}

void Counter::access(const Thread& t, Space space, const void* address, uint32_t bytes, Access access) {
    Step step;
    step.address =
        reinterpret_cast<uint64_t>(address) - (space == SHARED ? reinterpret_cast<uint64_t>(t.block->shared) : 0);
    step.line = t.line;
    step.bytes = static_cast<uint8_t>(bytes);
    step.space = space;
    step.access = access;
    warps_[t.warp].add(t.lane, step);
    if (space == GLOBAL) {
        if (access != WRITE) read_.add(step.address, bytes);
        if (access != READ) written_.add(step.address, bytes);
    }
}

void Counter::branch(const Thread& t, uint32_t line, bool taken) {
    Step step;
    step.kind = Step::BRANCH;
    step.line = line;
    step.taken = taken;
    warps_[t.warp].add(t.lane, step);
}

void Counter::flush(size_t warp) {
    warps_[warp].flush([this](const Together& together) { count(together); });
}

void Counter::count(const Together& together) {
    const Step& first = *together.first;
    if (first.kind == Step::BRANCH) {
        bool diverges = false;
        for (const Step* step : together.steps) {
            diverges |= step != nullptr && step->taken != first.taken;
        }
        kernel_->branches++;
        kernel_->divergent += diverges;
        return;
    }
    Request request;
    request.space = first.space;
    request.access = first.access;
    request.bytes = first.bytes;
    for (uint32_t lane = 0; lane < kLanes; lane++) {
        if (together.steps[lane] != nullptr) {
            request.lanes |= 1u << lane;
            request.addresses[lane] = together.steps[lane]->address;
        }
    }
    Cost cost = costOf(request);
    LineCount& line = lines_[{first.line, first.space, first.access}];
    line.requests++;
    line.bytes += static_cast<uint64_t>(request.count()) * request.bytes;
    line.transactions += cost.transactions;
    line.ideal += cost.ideal;
}

std::string Counter::text() const {
    std::string text;
    for (const auto& entry : kernels_) {
        const KernelCount& k = entry.second;
        text += "kernel\t" + entry.first;
        for (uint64_t number : {k.launches, k.blocks, k.threads, k.barriers, k.branches, k.divergent, k.distinctRead,
                                k.distinctWritten}) {
            text += "\t" + std::to_string(number);
        }
        text += "\n";
        for (const auto& line : k.lines) {
            text += "line\t" + std::get<0>(line.first) + "\t" + nameOf(std::get<1>(line.first)) + "\t" +
                    nameOf(std::get<2>(line.first));
            for (uint64_t number :
                 {line.second.requests, line.second.bytes, line.second.transactions, line.second.ideal}) {
                text += "\t" + std::to_string(number);
            }
            text += "\n";
        }
    }
    return text;
}

}  // namespace emulator
