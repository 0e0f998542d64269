// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/served_board.h"

#include "simulation/pico_descriptors.h"

#include <array>
#include <poll.h>
#include <utility>

namespace framegate::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int roundMs = 10; ///< how exact times are that only pass

} // namespace

ServedBoard::ServedBoard(PicoBoard& board, int slot, AttachPort* port, const ServeEvents& events)
    : board_(board), slot_(slot), port_(port), events_(events) {
    if (auto ends = StreamSocket::pair()) {
        wakeReader_ = std::move(ends->first);
        wakeWriter_ = std::move(ends->second);
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

ServedBoard::~ServedBoard() {
    thread_.request_stop();
    wake();
    thread_.join();
}

void ServedBoard::wake() {
    Octets one{1};
    (void)wakeWriter_.give(one); // a full socket wakes as well
}

usbip::Listing ServedBoard::describe(const UsbDescriptors& descriptors) const {
    return {board_.port().text(), board_.port().bus(), static_cast<std::uint32_t>(slot_ + 1), descriptors};
}

std::optional<usbip::Listing> ServedBoard::listing() const {
    const auto identity = board_.identity();
    if (identity.state == PicoState::Gone) return std::nullopt;
    return describe(descriptorsOf(identity));
}

bool ServedBoard::import(StreamSocket& socket) {
    const std::lock_guard lock(mutex_);
    if (taken_ || port_ != nullptr || board_.state() == PicoState::Gone) return false;
    next_ = std::make_unique<UsbipSession>(std::move(socket), board_);
    const auto listing = describe(next_->descriptors());
    next_->greet(usbip::importReply(&listing));
    taken_ = true;
    wake();
    return true;
}

void ServedBoard::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        passTime();
        announce();
        adopt();
        attach();
        if (session_ && !session_->serve()) {
            session_.reset();
            const std::lock_guard lock(mutex_);
            taken_ = false;
        }
        wait();
    }
}

void ServedBoard::wait() {
    std::array<pollfd, 2> sources{};
    sources[0] = {wakeReader_.descriptor(), POLLIN, 0};
    sources[1] = {-1, 0, 0};
    if (session_) {
        sources[1].fd = session_->descriptor();
        if (session_->takesMore()) sources[1].events |= POLLIN;
        if (session_->wantsToSend()) sources[1].events |= POLLOUT;
    }
    if (::poll(sources.data(), sources.size(), roundMs) <= 0) return;
    Octets used;
    if (sources[0].revents != 0) (void)wakeReader_.take(used, 4096);
}

void ServedBoard::passTime() {
    const auto now = std::chrono::steady_clock::now();
    (void)board_.sleepFor(now - std::exchange(passed_, now), {});
}

/// A board that left and came back between two looks was gone all the same.
void ServedBoard::announce() {
    const auto now = board_.identity();
    const bool unseen = now.generation != shownGeneration_ && shown_ != PicoState::Gone;
    if (unseen && now.state != PicoState::Gone) events_.state(slot_, PicoState::Gone);
    if (unseen || now.state != shown_) events_.state(slot_, now.state);
    shown_ = now.state;
    shownGeneration_ = now.generation;
}

void ServedBoard::adopt() {
    const std::lock_guard lock(mutex_);
    if (next_) session_ = std::exchange(next_, nullptr);
}

/// The same port each time; what was there before takes the kernel a moment to clear away.
void ServedBoard::attach() {
    if (port_ == nullptr || session_ || attachFailed_ || board_.state() == PicoState::Gone) return;
    auto ends = StreamSocket::pair();
    if (!ends) return;
    auto session = std::make_unique<UsbipSession>(std::move(ends->first), board_);
    const auto listing = describe({});
    const auto done = port_->attach(ends->second.descriptor(), listing.bus << 16 | listing.device);
    if (done && *done) session_ = std::move(session);
    if (done) return;
    attachFailed_ = true;
    events_.trouble(slot_, done.error());
}

} // namespace framegate::simulation
