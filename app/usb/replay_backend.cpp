// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/replay_backend.h"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <utility>

namespace framegate {
namespace {

/// Whose calls follow one another: a transport, a port with a kind of call, or the list of devices.
using Sequence = std::pair<UsbCall, std::string>;

Sequence sequenceOf(const UsbRecord& record) {
    if (record.call >= UsbCall::Send) return {UsbCall::Send, std::to_string(record.transport)};
    return {record.call, record.call == UsbCall::Devices ? std::string() : record.port.text()};
}

/// The records that are still to be played. Thread-safe.
class Script {
public:
    Script(std::string name, std::vector<UsbRecord> records) : name_(std::move(name)), left_(records.size()) {
        for (auto& record : records)
            sequences_[sequenceOf(record)].push_back(std::move(record));
    }
    std::size_t left() const {
        const std::lock_guard lock(mutex_);
        return left_;
    }
    /// The record that answers \a asked.
    Result<UsbRecord> play(const UsbRecord& asked) {
        const std::lock_guard lock(mutex_);
        auto& records = sequences_[sequenceOf(asked)];
        if (records.empty())
            return failure(ErrorKind::Internal, "USB_REPLAY",
                           fmt::format("replaying {}: {}: the recording has no more of these", name_,
                                       requestText(asked)));
        if (!answers(records.front(), asked))
            return failure(ErrorKind::Internal, "USB_REPLAY",
                           fmt::format("replaying {}:{}: {}{}; the recording has {}", name_,
                                       records.front().line, requestText(asked),
                                       difference(records.front(), asked), requestText(records.front())));
        auto record = std::move(records.front());
        records.pop_front();
        --left_;
        return record;
    }

private:
    /// The number of a transport is known only when it has been opened.
    static bool answers(const UsbRecord& recorded, UsbRecord asked) {
        if (asked.call == UsbCall::Open) asked.transport = recorded.transport;
        return sameRequest(recorded, asked);
    }
    static std::string difference(const UsbRecord& recorded, const UsbRecord& asked) {
        if (recorded.call != asked.call || recorded.sent == asked.sent) return {};
        const auto at =
            std::mismatch(recorded.sent.begin(), recorded.sent.end(), asked.sent.begin(), asked.sent.end())
                .first -
            recorded.sent.begin();
        return fmt::format(" that differ from byte {} on", at);
    }

    mutable std::mutex mutex_;
    const std::string name_;
    std::map<Sequence, std::deque<UsbRecord>> sequences_;
    std::size_t left_;
};

/// Shows the recorded times, and lets time pass in between only when somebody sleeps.
class ReplayClock : public Clock {
public:
    explicit ReplayClock(std::chrono::nanoseconds begin) : now_{begin} {}
    ClockTime now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    Result<> sleepFor(std::chrono::nanoseconds duration, std::stop_token stop) override {
        if (stop.stop_requested())
            return failure(ErrorKind::Cancelled, "CANCELLED", "stopped while time passed");
        const std::lock_guard lock(mutex_);
        now_ = now_ + std::max(duration, std::chrono::nanoseconds{0});
        return {};
    }
    void advanceTo(std::chrono::nanoseconds moment) {
        const std::lock_guard lock(mutex_);
        now_.sinceZero = std::max(now_.sinceZero, moment);
    }

private:
    mutable std::mutex mutex_;
    ClockTime now_;
};

class ReplayTransport : public UsbTransport {
public:
    ReplayTransport(std::shared_ptr<Script> script, const UsbRecord& opened)
        : script_(std::move(script)), number_(opened.transport), clock_(opened.ended) {}
    Clock& clock() override { return clock_; }

    Result<> send(std::span<const std::byte> bytes, Deadline, std::stop_token stop) override {
        auto asked = ask(UsbCall::Send);
        asked.sent.assign(bytes.begin(), bytes.end());
        return done(play(asked, stop));
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline, std::stop_token stop) override {
        auto asked = ask(UsbCall::Receive);
        asked.room = buffer.size();
        const auto played = play(asked, stop);
        if (!played) return passOn(played);
        std::copy(played->got.begin(), played->got.end(), buffer.begin());
        return played->got.size();
    }
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline,
                                std::stop_token stop) override {
        auto asked = ask(UsbCall::Control);
        asked.request = request;
        if ((request.requestType & 0x80) != 0)
            asked.room = bytes.size();
        else
            asked.sent.assign(bytes.begin(), bytes.end());
        const auto played = play(asked, stop);
        if (!played) return passOn(played);
        std::copy(played->got.begin(), played->got.end(), bytes.begin());
        return played->moved;
    }
    Result<> clearHalt(UsbPipe pipe, Deadline, std::stop_token stop) override {
        auto asked = ask(UsbCall::ClearHalt);
        asked.pipe = pipe;
        return done(play(asked, stop));
    }

private:
    UsbRecord ask(UsbCall call) const {
        UsbRecord asked;
        asked.call = call;
        asked.transport = number_;
        return asked;
    }
    /// The record, or the error that it holds. A stop is asked for now, not then.
    Result<UsbRecord> play(const UsbRecord& asked, const std::stop_token& stop) {
        if (stop.stop_requested())
            return failure(ErrorKind::Cancelled, "CANCELLED", requestText(asked) + ": stopped");
        auto played = script_->play(asked);
        if (!played) return played;
        clock_.advanceTo(played->ended);
        if (played->error) return Failure(std::move(*played->error));
        return played;
    }
    static Result<> done(const Result<UsbRecord>& played) {
        if (!played) return passOn(played);
        return {};
    }

    std::shared_ptr<Script> script_;
    const std::uint64_t number_;
    ReplayClock clock_;
};

class ReplayWatch : public UsbWatch {
public:
    ReplayWatch(std::shared_ptr<Script> script, UsbPortPath port)
        : script_(std::move(script)), port_(std::move(port)) {}
    Result<> wait(Clock& clock, Deadline, std::stop_token stop) override {
        UsbRecord asked;
        asked.call = UsbCall::Wait;
        asked.port = port_;
        const auto played = script_->play(asked);
        if (!played) return passOn(played);
        if (played->error) return Failure(*played->error);
        return clock.sleepFor(played->ended, std::move(stop));
    }

private:
    std::shared_ptr<Script> script_;
    const UsbPortPath port_;
};

class FileReplay : public ReplayBackend {
public:
    explicit FileReplay(std::shared_ptr<Script> script) : script_(std::move(script)) {}
    std::size_t left() const override { return script_->left(); }

    Result<std::vector<UsbDevice>> devices() override {
        auto played = script_->play({});
        if (!played) return passOn(played);
        if (played->error) return Failure(std::move(*played->error));
        return std::move(played->devices);
    }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        UsbRecord asked;
        asked.call = UsbCall::Open;
        asked.port = port;
        asked.match = match;
        auto played = script_->play(asked);
        if (!played) return passOn(played);
        if (played->error) return Failure(std::move(*played->error));
        return std::make_unique<ReplayTransport>(script_, *played);
    }
    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch match, UsbControlRequest request,
                     std::chrono::nanoseconds, std::stop_token) override {
        UsbRecord asked;
        asked.call = UsbCall::Restart;
        asked.port = port;
        asked.match = match;
        asked.request = request;
        auto played = script_->play(asked);
        if (!played) return passOn(played);
        if (played->error) return Failure(std::move(*played->error));
        return {};
    }
    std::unique_ptr<UsbWatch> watch(const UsbPortPath& port) override {
        return std::make_unique<ReplayWatch>(script_, port);
    }

private:
    std::shared_ptr<Script> script_;
};

} // namespace

Result<std::unique_ptr<ReplayBackend>> ReplayBackend::read(const std::filesystem::path& file) {
    auto records = readUsbRecording(file);
    if (!records) return passOn(records);
    return std::make_unique<FileReplay>(std::make_shared<Script>(file.string(), std::move(*records)));
}

} // namespace framegate
