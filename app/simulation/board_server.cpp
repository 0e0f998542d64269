// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/board_server.h"

#include <algorithm>
#include <fmt/format.h>
#include <poll.h>

namespace framegate::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t callersAtOnce = 16;
constexpr auto patience = 5s; ///< for a connection that does not say what it wants
constexpr int roundMs = 50;

} // namespace

Result<std::unique_ptr<BoardServer>> BoardServer::listen(VirtualBench& bench, std::uint16_t port,
                                                         ServeEvents events) {
    auto listener = StreamSocket::listenOn(port);
    if (!listener) return passOn(listener);
    return std::unique_ptr<BoardServer>(new BoardServer(bench, std::move(*listener), {}, std::move(events)));
}

std::unique_ptr<BoardServer>
BoardServer::attach(VirtualBench& bench, std::vector<std::unique_ptr<AttachPort>> ports, ServeEvents events) {
    return std::unique_ptr<BoardServer>(new BoardServer(bench, {}, std::move(ports), std::move(events)));
}

BoardServer::BoardServer(VirtualBench& bench, StreamSocket listener,
                         std::vector<std::unique_ptr<AttachPort>> ports, ServeEvents events)
    : bench_(bench),
      events_(std::move(events)),
      listener_(std::move(listener)),
      ports_(std::move(ports)),
      plugged_(bench.layout().slots.size(), true),
      lastUnit_(static_cast<unsigned>(plugged_.size())) {
    for (std::size_t i = 0; i < plugged_.size(); ++i) {
        const int slot = static_cast<int>(i) + 1;
        auto* port = i < ports_.size() ? ports_[i].get() : nullptr;
        boards_.push_back(std::make_unique<ServedBoard>(bench.board(slot), slot, port, events_));
    }
    if (listener_) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

BoardServer::~BoardServer() = default;

Result<> BoardServer::known(int slot) const {
    if (slot >= 1 && slot <= boards()) return {};
    return failure(ErrorKind::NotFound, "USB_NO_DEVICE",
                   fmt::format("there is no board {}; there are {}", slot, boards()));
}

Result<> BoardServer::unplug(int slot) {
    if (auto there = known(slot); !there) return there;
    const std::lock_guard lock(mutex_);
    const auto index = static_cast<std::size_t>(slot - 1);
    if (!plugged_[index])
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE", fmt::format("board {} is not plugged in", slot));
    plugged_[index] = false;
    bench_.board(slot).unplug();
    boards_[index]->wake();
    return {};
}

Result<> BoardServer::plug(int slot, bool bootsel) {
    if (auto there = known(slot); !there) return there;
    const std::lock_guard lock(mutex_);
    const auto index = static_cast<std::size_t>(slot - 1);
    if (plugged_[index])
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE", fmt::format("board {} is plugged in", slot));
    plugged_[index] = true;
    ++lastUnit_;
    if (auto in = bench_.insert(slot, {Serial::numbered(lastUnit_), lastUnit_, {}}, 1, {}); !in) return in;
    bench_.board(slot).plug(bootsel);
    boards_[index]->wake();
    return {};
}

Result<> BoardServer::damage(int slot, const BootselOptions& faults) {
    if (auto there = known(slot); !there) return there;
    bench_.board(slot).damage(faults);
    return {};
}

void BoardServer::run(const std::stop_token& stop) {
    std::vector<Caller> callers;
    while (!stop.stop_requested()) {
        wait(callers);
        while (callers.size() < callersAtOnce)
            if (auto socket = listener_.accept())
                callers.push_back({std::move(socket), {}, {}, std::chrono::steady_clock::now() + patience});
            else
                break;
        std::vector<Caller> left;
        for (auto& caller : callers)
            if (serve(caller)) left.push_back(std::move(caller));
        callers = std::move(left);
    }
}

void BoardServer::wait(const std::vector<Caller>& callers) const {
    std::vector<pollfd> sources;
    if (callers.size() < callersAtOnce) sources.push_back({listener_.descriptor(), POLLIN, 0});
    for (const auto& caller : callers)
        sources.push_back(
            {caller.socket.descriptor(), static_cast<short>(caller.out.empty() ? POLLIN : POLLOUT), 0});
    (void)::poll(sources.data(), static_cast<nfds_t>(sources.size()), roundMs);
}

/// Whether there is still something to do for it.
bool BoardServer::serve(Caller& caller) {
    if (std::chrono::steady_clock::now() > caller.until) return false;
    if (!caller.answered && !answer(caller)) return false;
    if (!caller.socket) return false; // a board has it
    return caller.socket.give(caller.out) && !(caller.answered && caller.out.empty());
}

/// Reads not a byte more than the request has. False: it is none, or the caller is gone.
bool BoardServer::answer(Caller& caller) {
    constexpr auto whole = usbip::requestBytes + usbip::busIdBytes;
    if (caller.in.size() < usbip::requestBytes &&
        !caller.socket.take(caller.in, usbip::requestBytes - caller.in.size()))
        return false;
    if (caller.in.size() < usbip::requestBytes) return true;
    const auto operation = usbip::readOperation(caller.in);
    if (!operation) return false;
    if (*operation == usbip::Operation::DeviceList) {
        std::vector<usbip::Listing> all;
        for (const auto& board : boards_)
            if (auto listing = board->listing()) all.push_back(std::move(*listing));
        caller.out = usbip::listReply(all);
        caller.answered = true;
        return true;
    }
    if (!caller.socket.take(caller.in, whole - caller.in.size())) return false;
    if (caller.in.size() < whole) return true;
    const auto busId = usbip::readBusId(std::span(caller.in).subspan(usbip::requestBytes));
    if (!busId) return false;
    import(caller, *busId);
    return true;
}

void BoardServer::import(Caller& caller, const std::string& busId) {
    caller.answered = true;
    for (int slot = 1; slot <= boards(); ++slot)
        if (bench_.board(slot).port().text() == busId &&
            boards_[static_cast<std::size_t>(slot - 1)]->import(caller.socket))
            return;
    caller.out = usbip::importReply(nullptr);
}

} // namespace framegate::simulation
