#include "observer/checker.h"

#include "execution/multiprocessor.h"
#include "module/kernel.h"

namespace emulator {

namespace {

[[noreturn]] void fail(Thread& t, Status status, const std::string& what) {
    Multiprocessor::running->fail(t, status, what);
}

bool sameThread(const Past& a, const Past& b) { return a.block == b.block && a.thread == b.thread; }

}  // namespace

void Checker::startLaunch(const Launch& launch) {
    launch_ = &launch;
    recent_ = nullptr;
}

void Checker::startBlock(const Block& block) {
    block_ = block.number;
    if (shared_ == nullptr || shared_->bytes() != block.sharedBytes) {
        shared_ = std::make_unique<Shadow>(block.sharedBytes, false);
    }
    shared_->forget();
}

Shadow& Checker::shadowOf(Thread& t, Space space, const void* address, uint32_t bytes, Access access, size_t* offset) {
    auto* first = static_cast<const char*>(address);
    if (space == SHARED) {
        *offset = static_cast<size_t>(first - t.block->shared);
        return *shared_;
    }
    if (recent_ == nullptr || !recent_->holds(address, bytes)) {
        recent_ = deviceMemory().find(address, bytes);
    }
    if (recent_ == nullptr) {
        fail(t, ILLEGAL_ADDRESS,
             format("%s out of bounds: %u bytes at %s", access == READ ? "read" : "write", bytes,
                    deviceMemory().describe(address, bytes).c_str()));
    }
    if (recent_->shadow == nullptr) {
        recent_->shadow = std::make_shared<Shadow>(recent_->bytes, true);  // from before the checker was on
    }
    *offset = static_cast<size_t>(first - recent_->base);
    return *recent_->shadow;
}

bool Checker::races(const Thread& t, const Past& past, const Past& now, Space space) const {
    if (past.launch != now.launch || !(past.bytes & now.bytes) || (past.atomic && now.atomic)) {
        return false;
    }
    if (past.block != now.block) {
        return space != SHARED;
    }
    if (past.thread == now.thread || past.barriers != now.barriers) {
        return false;
    }
    bool sameWarp = past.thread / 32 == t.warp;
    return !(sameWarp && past.warpBarriers < now.warpBarriers);
}

void Checker::access(Thread& t, Space space, const void* address, uint32_t bytes, Access access) {
    size_t offset;
    Shadow& shadow = shadowOf(t, space, address, bytes, access, &offset);
    if (access != WRITE && !shadow.isWritten(offset, bytes)) {
        fail(t, LAUNCH_FAILED,
             format("uninitialized read: %u bytes at byte %zu of %s", bytes, offset,
                    space == SHARED ? "the block's shared memory"
                                    : format("an allocation of %zu bytes", shadow.bytes()).c_str()));
    }
    Past now;
    now.launch = launch_->serial;
    now.block = block_;
    now.thread = t.linear;
    now.barriers = t.barriers;
    now.warpBarriers = t.warpBarriers;
    now.line = t.line;
    now.atomic = access == ATOMIC;
    for (size_t at = offset; at < offset + bytes;) {
        size_t inside = at % Shadow::kGranule;
        size_t count = std::min(Shadow::kGranule - inside, offset + bytes - at);
        now.bytes = static_cast<uint8_t>(((1u << count) - 1) << inside);
        History& history = shadow.history(at);
        if (races(t, history.write, now, space)) {
            reportRace(t, history.write, "written", access, space);
        }
        if (access == READ) {
            Past& first = history.reads[0];
            bool replaces = sameThread(first, now) || !races(t, first, now, space);
            (replaces ? first : history.reads[1]) = now;
        } else {
            for (const Past& read : history.reads) {
                if (races(t, read, now, space)) {
                    reportRace(t, read, "read", access, space);
                }
            }
            history.write = now;
        }
        at += count;
    }
    if (access != READ) {
        shadow.markWritten(offset, bytes);
    }
}

void Checker::reportRace(Thread& t, const Past& past, const char* pastKind, Access access, Space space) {
    const Index& size = t.block->size;
    const Index& grid = t.block->grid;
    uint32_t x = past.thread % size.x;
    uint32_t y = past.thread / size.x % size.y;
    uint32_t z = past.thread / (size.x * size.y);
    std::string where = launch_->kernel->where(past.line);
    std::string who = format("thread (%u,%u,%u)", x, y, z);
    if (past.block != block_) {
        who += format(" of block (%llu,%llu,%llu)", static_cast<unsigned long long>(past.block % grid.x),
                      static_cast<unsigned long long>(past.block / grid.x % grid.y),
                      static_cast<unsigned long long>(past.block / (uint64_t(grid.x) * grid.y)));
    }
    fail(t, LAUNCH_FAILED,
         format("data race: this %s of %s memory, and %s at %s by %s, with no barrier between",
                access == READ ? "read" : "write", space == SHARED ? "shared" : "global", pastKind, where.c_str(),
                who.c_str()));
}

}  // namespace emulator
