// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop_bench.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace framegate::test {
namespace {

/// A request's bytes, little endian.
class Payload {
public:
    template <class Number>
    Payload& add(Number number) {
        for (std::size_t i = 0; i < sizeof number; ++i)
            bytes_.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(number) >> (8 * i)));
        return *this;
    }
    Payload& add(Deadline deadline) {
        return add(static_cast<std::uint64_t>(deadline.moment().sinceZero.count()));
    }
    Payload& add(std::span<const std::byte> bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    std::span<const std::byte> bytes() const { return bytes_; }

private:
    std::vector<std::byte> bytes_;
};

Result<> judge(const LoopBench::Reply& reply, const char* what) {
    switch (reply.status) {
    case 0:
        return {};
    case 1:
        return failure(ErrorKind::Timeout, "USB_TIMEOUT", std::string(what) + " took too long");
    case 2:
        return failure(ErrorKind::Usb, "USB_STALL", std::string(what) + " met a stalled pipe");
    case 4:
        return failure(ErrorKind::Disconnected, "USB_DISCONNECTED",
                       std::string(what) + ": the board is gone");
    default:
        return failure(ErrorKind::Usb, "USB_TRANSFER", std::string(what) + ": " + reply.text());
    }
}

class LoopTransport final : public UsbTransport, private Clock {
public:
    explicit LoopTransport(LoopBench& bench) : bench_(bench) {}
    Clock& clock() override { return *this; }

    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token) override {
        constexpr std::uint8_t endWithEmpty = 1;
        Payload payload;
        payload.add(deadline).add(std::uint8_t{1}).add(endWithEmpty).add(bytes);
        return judge(bench_.ask(LoopBench::Request::BulkOut, payload.bytes()), "bulk OUT");
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline, std::stop_token) override {
        Payload payload;
        payload.add(deadline).add(std::uint8_t{0x81}).add(static_cast<std::uint32_t>(buffer.size()));
        const auto reply = bench_.ask(LoopBench::Request::BulkIn, payload.bytes());
        if (auto judged = judge(reply, "bulk IN"); !judged) return passOn(judged);
        std::copy(reply.bytes.begin(), reply.bytes.end(), buffer.begin());
        return reply.bytes.size();
    }
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                std::stop_token) override {
        Payload payload;
        payload.add(deadline).add(request.requestType).add(request.request).add(request.value);
        payload.add(request.index).add(static_cast<std::uint16_t>(bytes.size()));
        const auto reply = bench_.ask(LoopBench::Request::Control, payload.bytes());
        if (auto judged = judge(reply, "control transfer"); !judged) return passOn(judged);
        return reply.bytes.size();
    }
    Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token) override {
        Payload payload;
        payload.add(deadline).add(std::uint8_t(pipe == UsbPipe::BulkIn ? 0x81 : 0x01));
        return judge(bench_.ask(LoopBench::Request::ClearHalt, payload.bytes()), "clear halt");
    }

private:
    ClockTime now() const override { return {std::chrono::nanoseconds(bench_.timeNs())}; }
    Result<> sleepFor(std::chrono::nanoseconds duration, std::stop_token) override {
        Payload payload;
        payload.add(bench_.timeNs() + static_cast<std::uint64_t>(duration.count()));
        return judge(bench_.ask(LoopBench::Request::Run, payload.bytes()), "waiting");
    }

    LoopBench& bench_;
};

std::string existing(const char* file, const char* advice) {
    if (!std::filesystem::exists(file))
        throw std::runtime_error(std::string(file) + " is missing: " + advice);
    return file;
}

} // namespace

LoopBench::LoopBench(const ModuleSpec& module) {
    std::vector<std::string> arguments = {
        FRAMEGATE_NODE,
        FRAMEGATE_SOURCE_DIR "/tests/firmware/emulator/loop_process.js",
        existing(FRAMEGATE_FIRMWARE_ELF, "build the preset firmware-pico first"),
        existing(FRAMEGATE_BOOTROM, "build the target bootrom first"),
        FRAMEGATE_MODULE_ADDON,
        std::to_string(module.unit),
        module.sensor,
        module.board};
    std::vector<char*> argv;
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::signal(SIGPIPE, SIG_IGN); // a child that died is reported by its exit
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe to the emulator");
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in[0], 0);
    posix_spawn_file_actions_adddup2(&files, out[1], 1);
    if (posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&files);
    ::close(in[0]);
    ::close(out[1]);
    toChild_ = in[1];
    fromChild_ = out[0];
    if (pid_ < 0) throw std::runtime_error("the emulator does not start");
}

LoopBench::~LoopBench() {
    ::close(toChild_); // the emulator ends with its input
    ::close(fromChild_);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

void LoopBench::write(const void* bytes, std::size_t count) const {
    const auto* at = static_cast<const char*>(bytes);
    while (count > 0) {
        const auto written = ::write(toChild_, at, count);
        if (written <= 0) throw std::runtime_error("the emulator has ended");
        at += written;
        count -= static_cast<std::size_t>(written);
    }
}

void LoopBench::read(void* bytes, std::size_t count) const {
    auto* at = static_cast<char*>(bytes);
    while (count > 0) {
        const auto got = ::read(fromChild_, at, count);
        if (got <= 0) throw std::runtime_error("the emulator has ended");
        at += got;
        count -= static_cast<std::size_t>(got);
    }
}

LoopBench::Reply LoopBench::ask(Request request, std::span<const std::byte> payload) {
    Payload head;
    head.add(static_cast<std::uint32_t>(payload.size() + 1)).add(static_cast<std::uint8_t>(request));
    write(head.bytes().data(), head.bytes().size());
    write(payload.data(), payload.size());
    std::uint32_t length = 0;
    std::uint8_t kind = 0;
    Reply reply;
    read(&length, sizeof length);
    read(&kind, sizeof kind);
    read(&reply.timeNs, sizeof reply.timeNs);
    read(&reply.status, sizeof reply.status);
    reply.bytes.resize(length - 10);
    read(reply.bytes.data(), reply.bytes.size());
    timeNs_ = reply.timeNs;
    constexpr std::uint8_t failed = 7;
    if (reply.status == failed) throw std::runtime_error("the emulator: " + reply.text());
    return reply;
}

void LoopBench::powerModule(bool on) {
    ask(Request::ModulePower, Payload().add(std::uint8_t{on}).bytes());
}

std::unique_ptr<UsbTransport> LoopBench::open() {
    return std::make_unique<LoopTransport>(*this);
}

} // namespace framegate::test
