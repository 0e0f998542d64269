// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/recording_backend.h"

#include "base/files.h"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <mutex>
#include <optional>

namespace framegate {
namespace {

class FileRecording : public UsbRecording {
public:
    FileRecording(AppendFile file, std::string name, std::size_t limit)
        : file_(std::move(file)), name_(std::move(name)), limit_(limit) {}
    ~FileRecording() override { (void)file_.flush(); }

    void add(const UsbRecord& record) override {
        const std::lock_guard lock(mutex_);
        if (trouble_) return;
        const auto line = usbRecordLine(record);
        if (line.size() > usbRecordLimit || static_cast<std::size_t>(file_.length()) + line.size() > limit_)
            trouble_ = fmt::format("it would be larger than {} MB", limit_ >> 20);
        else if (auto added = file_.append(line); !added)
            trouble_ = added.error().message;
    }
    std::uint64_t nextTransport() override { return ++transports_; }
    Result<> whole() const override {
        const std::lock_guard lock(mutex_);
        if (!trouble_) return {};
        return failure(ErrorKind::Io, "USB_RECORDING_CUT",
                       fmt::format("{}: the USB recording breaks off: {}", name_, *trouble_));
    }

private:
    mutable std::mutex mutex_;
    AppendFile file_;
    const std::string name_;
    const std::size_t limit_;
    std::atomic<std::uint64_t> transports_ = 0;
    std::optional<std::string> trouble_;
};

/// Fills in how a call ended.
template <class T>
void noteEnd(UsbRecord& record, const Result<T>& result) {
    if (!result) record.error = result.error();
}

class RecordingReader : public UsbReader {
public:
    RecordingReader(std::unique_ptr<UsbReader> inner, Clock& clock, UsbRecord form,
                    std::shared_ptr<UsbRecording> recording)
        : inner_(std::move(inner)), clock_(clock), form_(std::move(form)), recording_(std::move(recording)) {}
    Result<std::span<const std::byte>> next(std::size_t toCome, Deadline deadline,
                                            std::stop_token stop) override {
        auto record = form_;
        record.began = clock_.now().sinceZero;
        const auto got = inner_->next(toCome, deadline, std::move(stop));
        record.ended = clock_.now().sinceZero;
        noteEnd(record, got);
        if (got) record.got.assign(got->begin(), got->end());
        if (!ended_) recording_->add(record); // the same error again is no transfer
        ended_ = !got;
        return got;
    }

private:
    std::unique_ptr<UsbReader> inner_;
    Clock& clock_;
    const UsbRecord form_;
    std::shared_ptr<UsbRecording> recording_;
    bool ended_ = false;
};

class RecordingTransport : public UsbTransport {
public:
    RecordingTransport(std::unique_ptr<UsbTransport> inner, std::uint64_t number,
                       std::shared_ptr<UsbRecording> recording)
        : inner_(std::move(inner)), number_(number), recording_(std::move(recording)) {}
    Clock& clock() override { return inner_->clock(); }

    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
        auto record = begin(UsbCall::Send);
        record.sent.assign(bytes.begin(), bytes.end());
        return end(record, inner_->send(bytes, deadline, std::move(stop)));
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override {
        auto record = begin(UsbCall::Receive);
        record.room = buffer.size();
        const auto got = inner_->receive(buffer, deadline, std::move(stop));
        if (got) record.got = take(buffer, *got);
        return end(record, got);
    }
    std::unique_ptr<UsbReader> reader(std::size_t room) override {
        auto form = begin(UsbCall::Receive);
        form.room = room;
        return std::make_unique<RecordingReader>(inner_->reader(room), clock(), std::move(form), recording_);
    }
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                std::stop_token stop) override {
        auto record = begin(UsbCall::Control);
        record.request = request;
        const bool toHost = (request.requestType & 0x80) != 0;
        if (toHost)
            record.room = bytes.size();
        else
            record.sent = take(bytes, bytes.size());
        const auto moved = inner_->control(request, bytes, deadline, std::move(stop));
        if (moved) record.moved = *moved;
        if (moved && toHost) record.got = take(bytes, *moved);
        return end(record, moved);
    }
    Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) override {
        auto record = begin(UsbCall::ClearHalt);
        record.pipe = pipe;
        return end(record, inner_->clearHalt(pipe, deadline, std::move(stop)));
    }

private:
    UsbRecord begin(UsbCall call) {
        UsbRecord record;
        record.call = call;
        record.transport = number_;
        record.began = clock().now().sinceZero;
        return record;
    }
    template <class T>
    Result<T> end(UsbRecord& record, Result<T> result) {
        record.ended = clock().now().sinceZero;
        noteEnd(record, result);
        recording_->add(record);
        return result;
    }
    static std::vector<std::byte> take(std::span<const std::byte> bytes, std::size_t count) {
        const auto first = bytes.first(std::min(count, bytes.size()));
        return {first.begin(), first.end()};
    }

    std::unique_ptr<UsbTransport> inner_;
    const std::uint64_t number_;
    std::shared_ptr<UsbRecording> recording_;
};

class RecordingWatch : public UsbWatch {
public:
    RecordingWatch(std::unique_ptr<UsbWatch> inner, UsbPortPath port, std::shared_ptr<UsbRecording> recording)
        : inner_(std::move(inner)), port_(std::move(port)), recording_(std::move(recording)) {}
    Result<> wait(Clock& clock, Deadline deadline, std::stop_token stop) override {
        UsbRecord record;
        record.call = UsbCall::Wait;
        record.port = port_;
        const auto began = clock.now();
        const auto waited = inner_->wait(clock, deadline, std::move(stop));
        record.ended = clock.now() - began;
        noteEnd(record, waited);
        recording_->add(record);
        return waited;
    }

private:
    std::unique_ptr<UsbWatch> inner_;
    const UsbPortPath port_;
    std::shared_ptr<UsbRecording> recording_;
};

class RecordingBackend : public UsbBackend {
public:
    RecordingBackend(UsbBackend& inner, std::shared_ptr<UsbRecording> recording)
        : inner_(inner), recording_(std::move(recording)) {}

    Result<std::vector<UsbDevice>> devices() override {
        UsbRecord record;
        auto found = inner_.devices();
        noteEnd(record, found);
        if (found) record.devices = *found;
        recording_->add(record);
        return found;
    }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        UsbRecord record;
        record.call = UsbCall::Open;
        record.port = port;
        record.match = match;
        auto opened = inner_.open(port, match);
        noteEnd(record, opened);
        record.transport = opened ? recording_->nextTransport() : 0;
        if (opened) record.began = record.ended = (*opened)->clock().now().sinceZero;
        recording_->add(record);
        if (!opened) return opened;
        return std::make_unique<RecordingTransport>(std::move(*opened), record.transport, recording_);
    }
    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch match, UsbControlRequest request,
                     std::chrono::nanoseconds limit, std::stop_token stop) override {
        UsbRecord record;
        record.call = UsbCall::Restart;
        record.port = port;
        record.match = match;
        record.request = request;
        const auto restarted = inner_.restart(port, match, request, limit, std::move(stop));
        noteEnd(record, restarted);
        recording_->add(record);
        return restarted;
    }
    std::unique_ptr<UsbWatch> watch(const UsbPortPath& port) override {
        return std::make_unique<RecordingWatch>(inner_.watch(port), port, recording_);
    }

private:
    UsbBackend& inner_;
    std::shared_ptr<UsbRecording> recording_;
};

} // namespace

Result<std::shared_ptr<UsbRecording>> UsbRecording::create(const std::filesystem::path& file,
                                                           std::size_t limit) {
    auto opened = AppendFile::open(file);
    if (!opened) return passOn(opened);
    if (!opened->empty())
        return failure(ErrorKind::InvalidInput, "USB_RECORDING_FILE",
                       file.string() + ": there is such a file already; name another for the USB recording");
    if (auto begun = opened->append(usbRecordingHead()); !begun) return passOn(begun);
    return std::make_shared<FileRecording>(std::move(*opened), file.string(), limit);
}

std::unique_ptr<UsbBackend> recordUsb(UsbBackend& backend, std::shared_ptr<UsbRecording> recording) {
    return std::make_unique<RecordingBackend>(backend, std::move(recording));
}

} // namespace framegate
