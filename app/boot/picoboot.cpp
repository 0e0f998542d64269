// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/picoboot.h"

#include "boot/little_endian.h"
#include "boot/memory_map.h"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <vector>

namespace framegate::boot {
namespace {

constexpr std::uint32_t commandMagic = 0x431FD10B;
constexpr std::size_t commandBytes = 32;
constexpr std::size_t packetBytes = 64;
constexpr std::uint8_t fromBoard = 0x80;

constexpr std::uint8_t idExclusive = 0x01;
constexpr std::uint8_t idReboot = 0x02;
constexpr std::uint8_t idErase = 0x03;
constexpr std::uint8_t idRead = 0x84;
constexpr std::uint8_t idWrite = 0x05;
constexpr std::uint8_t idExitXip = 0x06;
constexpr std::uint8_t idExecute = 0x08;
constexpr std::uint8_t idReboot2 = 0x0A;
constexpr std::uint8_t idInfo = 0x8B;

// The same endpoints on both chips, whichever interface they are on (R40, R50 usb_boot_device).
constexpr std::uint16_t endpointOut = 0x03;
constexpr std::uint16_t endpointIn = 0x84;

constexpr std::uint32_t romIdentity = 0x10;

void put(std::array<std::byte, 16>& arguments, std::initializer_list<std::uint32_t> words) {
    std::size_t at = 0;
    for (const auto word : words) {
        write32(arguments, at, word);
        at += 4;
    }
}

std::array<std::byte, 16> argumentsOf(std::initializer_list<std::uint32_t> words) {
    std::array<std::byte, 16> arguments{};
    put(arguments, words);
    return arguments;
}

std::string range(std::uint32_t address, std::uint64_t size) {
    return fmt::format("0x{:08x}..0x{:08x}", address, address + size);
}

bool touchesFlash(Chip chip, std::uint32_t address) {
    return memoryOf(chip).flash.holds(address, 1);
}

} // namespace

std::string_view picobootStatusText(std::uint32_t status) {
    static constexpr std::string_view texts[] = {
        "no error",         "unknown command",         "bad command length", "bad transfer length",
        "bad address",      "bad alignment",           "interleaved write",  "rebooting",
        "unknown error",    "invalid state",           "not permitted",      "invalid argument",
        "buffer too small", "precondition not met",    "modified data",      "invalid data",
        "not found",        "unsupported modification"};
    return status < std::size(texts) ? texts[status] : "a status nobody knows";
}

Picoboot::Picoboot(std::unique_ptr<UsbTransport> transport, Chip chip, std::string name)
    : transport_(std::move(transport)), chip_(chip), name_(std::move(name)) {}

Result<> Picoboot::begin(std::stop_token stop) {
    recover();
    return run({idExclusive, 1, argumentsOf({1}), "taking exclusive access"}, {}, stop);
}

Result<unsigned> Picoboot::romVersion(std::stop_token stop) {
    std::array<std::byte, 4> bytes{};
    if (auto got = read(romIdentity, bytes, std::move(stop)); !got) return passOn(got);
    const auto found = read32(bytes, 0);
    const std::uint32_t expected = chip_ == Chip::Rp2040 ? 0x01754D : 0x02754D; // "Mu", 1 or 2
    if ((found & 0xFFFFFF) == expected) return found >> 24;
    return failure(ErrorKind::Protocol, "PICOBOOT_ROM",
                   fmt::format("{}: the boot ROM at 0x{:02x} begins with 0x{:06x}; an {}'s has 0x{:06x}",
                               name_, romIdentity, found & 0xFFFFFF, chipText(chip_), expected));
}

Result<CommandStatus> Picoboot::commandStatus() {
    std::array<std::byte, 16> bytes{};
    const auto got = transport_->control({0xC1, 0x42, 0, 0}, bytes, within(picoboot_limit::control), {});
    if (!got) return passOn(got);
    if (*got != bytes.size())
        return failure(
            ErrorKind::Protocol, "PICOBOOT_SHORT",
            fmt::format("{}: a command status of {} bytes; expected {}", name_, *got, bytes.size()));
    return CommandStatus{read32(bytes, 0), read32(bytes, 4), std::to_integer<std::uint8_t>(bytes[8]),
                         bytes[9] != std::byte{0}};
}

Result<> Picoboot::resetInterface() {
    flashReady_ = false;
    const auto done = transport_->control({0x41, 0x41, 0, 0}, {}, within(picoboot_limit::control), {});
    if (!done) return passOn(done);
    return {};
}

/// Clearing a halt that is not there resets the host's data toggle, and the next packet is lost.
void Picoboot::clearIfHalted(UsbPipe pipe) {
    std::array<std::byte, 2> bytes{};
    const auto endpoint = pipe == UsbPipe::BulkIn ? endpointIn : endpointOut;
    const auto got =
        transport_->control({0x82, 0x00, 0, endpoint}, bytes, within(picoboot_limit::control), {});
    if (!got || *got != bytes.size() || (bytes[0] & std::byte{1}) == std::byte{0}) return;
    (void)transport_->clearHalt(pipe, within(picoboot_limit::control), {});
}

void Picoboot::recover() {
    clearIfHalted(UsbPipe::BulkOut);
    clearIfHalted(UsbPipe::BulkIn);
    (void)resetInterface();
}

Result<> Picoboot::sendCommand(const Command& command, std::uint32_t length, const std::stop_token& stop) {
    std::array<std::byte, commandBytes> packet{};
    write32(packet, 0, commandMagic);
    write32(packet, 4, ++token_);
    packet[8] = static_cast<std::byte>(command.id);
    packet[9] = static_cast<std::byte>(command.argumentBytes);
    write32(packet, 12, length);
    std::copy(command.arguments.begin(), command.arguments.end(), packet.begin() + 16);
    return transport_->send(packet, within(picoboot_limit::command), stop);
}

Result<> Picoboot::receiveData(std::span<std::byte> bytes, const std::stop_token& stop) {
    std::vector<std::byte> padded;
    auto buffer = bytes;
    if (bytes.size() % packetBytes != 0) {
        padded.resize((bytes.size() / packetBytes + 1) * packetBytes);
        buffer = padded;
    }
    const auto got = transport_->receive(buffer, within(picoboot_limit::data), stop);
    if (!got) return passOn(got);
    if (*got != bytes.size())
        return failure(ErrorKind::Protocol, "PICOBOOT_SHORT",
                       fmt::format("{} bytes came; expected {}", *got, bytes.size()));
    if (!padded.empty()) std::copy_n(padded.begin(), bytes.size(), bytes.begin());
    return {};
}

/// An empty packet against the direction of the data.
Result<> Picoboot::acknowledge(const Command& command, bool anyData, const std::stop_token& stop) {
    if ((command.id & fromBoard) != 0) return transport_->send({}, within(picoboot_limit::acknowledge), stop);
    std::array<std::byte, packetBytes> buffer{};
    const auto limit = anyData ? picoboot_limit::acknowledge : picoboot_limit::acknowledgeWork;
    const auto got = transport_->receive(buffer, within(limit), stop);
    if (!got) return passOn(got);
    if (*got == 0) return {};
    return failure(ErrorKind::Protocol, "PICOBOOT_ACK",
                   fmt::format("{} bytes came in place of an empty acknowledgement", *got));
}

Result<> Picoboot::exchange(const Command& command, Payload payload, const std::stop_token& stop) {
    const auto length = static_cast<std::uint32_t>(payload.out.size() + payload.in.size());
    if (auto sent = sendCommand(command, length, stop); !sent) return sent;
    if (!payload.out.empty())
        if (auto sent = transport_->send(payload.out, within(picoboot_limit::data), stop); !sent) return sent;
    if (!payload.in.empty())
        if (auto got = receiveData(payload.in, stop); !got) return got;
    return acknowledge(command, length != 0, stop);
}

/// What the board itself says of a command that did not come through. On an RP2040 a write that failed in its
/// last page shows itself in no other way.
Error Picoboot::explained(Error error, const Command& command) {
    const auto doing = fmt::format("{}: {}", name_, command.doing);
    if (error.kind == ErrorKind::Disconnected) return std::move(error).within(doing);
    const auto status = commandStatus();
    recover();
    if (!status || status->token != token_) return std::move(error).within(doing);
    if (status->status != 0)
        return {ErrorKind::Usb, "PICOBOOT_STATUS",
                fmt::format("{}: the board refused it: {} (status {}); {}", doing,
                            picobootStatusText(status->status), status->status, error.message)};
    if (status->inProgress) error.message += "; the board was still at it";
    return std::move(error).within(doing);
}

Result<> Picoboot::run(const Command& command, Payload payload, const std::stop_token& stop) {
    auto done = exchange(command, payload, stop);
    if (done) return done;
    return Failure(explained(std::move(done.error()), command));
}

Result<> Picoboot::demand(bool allowed, std::string_view doing, std::uint32_t address,
                          std::uint64_t size) const {
    if (allowed) return {};
    return failure(ErrorKind::Internal, "PICOBOOT_ADDRESS",
                   fmt::format("{}: {} {}: the {}'s boot ROM does not do that there", name_, doing,
                               range(address, size), chipText(chip_)));
}

Result<> Picoboot::readyFor(std::uint32_t address, const std::stop_token& stop) {
    if (flashReady_ || !touchesFlash(chip_, address)) return {};
    return exitXip(stop);
}

Result<> Picoboot::exitXip(std::stop_token stop) {
    auto done = run({idExitXip, 0, {}, "leaving execute-in-place"}, {}, stop);
    flashReady_ = done.has_value();
    return done;
}

Result<> Picoboot::erase(std::uint32_t address, std::uint32_t size, std::stop_token stop) {
    const bool allowed = address % flashSectorBytes == 0 && size % flashSectorBytes == 0 && size != 0 &&
                         size <= picobootChunkBytes && memoryOf(chip_).flash.holds(address, size);
    if (auto may = demand(allowed, "erasing", address, size); !may) return may;
    if (auto ready = readyFor(address, stop); !ready) return ready;
    return run({idErase, 8, argumentsOf({address, size}), "erasing " + range(address, size)}, {}, stop);
}

Result<> Picoboot::write(std::uint32_t address, std::span<const std::byte> bytes, std::stop_token stop) {
    const bool flash = touchesFlash(chip_, address);
    const bool whole = !flash || (address % flashPageBytes == 0 && bytes.size() % flashPageBytes == 0);
    const bool allowed = whole && !bytes.empty() && placeOf(chip_, address, bytes.size());
    if (auto may = demand(allowed, "writing", address, bytes.size()); !may) return may;
    if (auto ready = readyFor(address, stop); !ready) return ready;
    for (std::size_t at = 0; at < bytes.size(); at += picobootChunkBytes) {
        const auto part = bytes.subspan(at, std::min<std::size_t>(picobootChunkBytes, bytes.size() - at));
        const auto to = static_cast<std::uint32_t>(address + at);
        const Command command{idWrite, 8, argumentsOf({to, static_cast<std::uint32_t>(part.size())}),
                              "writing " + range(to, part.size())};
        if (auto done = run(command, {part, {}}, stop); !done) return done;
    }
    return {};
}

Result<> Picoboot::read(std::uint32_t address, std::span<std::byte> bytes, std::stop_token stop) {
    const bool flash = touchesFlash(chip_, address);
    const bool rom = address < 0x2000 && bytes.size() <= 0x2000 - address;
    const bool whole = !flash || (address % flashPageBytes == 0 && bytes.size() % flashPageBytes == 0);
    const bool allowed = whole && !bytes.empty() && (rom || placeOf(chip_, address, bytes.size()));
    if (auto may = demand(allowed, "reading", address, bytes.size()); !may) return may;
    if (auto ready = readyFor(address, stop); !ready) return ready;
    for (std::size_t at = 0; at < bytes.size(); at += picobootChunkBytes) {
        const auto part = bytes.subspan(at, std::min<std::size_t>(picobootChunkBytes, bytes.size() - at));
        const auto from = static_cast<std::uint32_t>(address + at);
        const Command command{idRead, 8, argumentsOf({from, static_cast<std::uint32_t>(part.size())}),
                              "reading " + range(from, part.size())};
        if (auto done = run(command, {{}, part}, stop); !done) return done;
    }
    return {};
}

Result<> Picoboot::execute(std::uint32_t address, std::stop_token stop) {
    const bool allowed = chip_ == Chip::Rp2040 && memoryOf(chip_).ram.holds(address, 2) && address % 4 == 0;
    if (auto may = demand(allowed, "running a program at", address, 2); !may) return may;
    if (auto ready = readyFor(flashBase, stop); !ready) return ready;
    const auto doing = fmt::format("running a program at 0x{:08x}", address);
    return run({idExecute, 4, argumentsOf({address}), doing}, {}, stop);
}

Result<> Picoboot::reboot(std::uint32_t pc, std::uint32_t sp, std::chrono::milliseconds delay,
                          std::stop_token stop) {
    const auto doing =
        pc == 0 ? std::string("restarting the board") : fmt::format("starting the program at 0x{:08x}", pc);
    const auto ms = static_cast<std::uint32_t>(delay.count());
    return run({idReboot, 12, argumentsOf({pc, sp, ms}), doing}, {}, stop);
}

Result<> Picoboot::reboot2(const Reboot2& how, std::chrono::milliseconds delay, std::stop_token stop) {
    const auto ms = static_cast<std::uint32_t>(delay.count());
    const auto doing = fmt::format("restarting the board: way 0x{:x} with 0x{:08x}", how.flags, how.first);
    return run({idReboot2, 16, argumentsOf({how.flags, ms, how.first, how.second}), doing}, {}, stop);
}

Result<> Picoboot::info(std::uint8_t type, std::uint32_t parameter, std::span<std::uint32_t> words,
                        std::stop_token stop) {
    std::vector<std::byte> bytes(words.size() * 4);
    const auto doing = fmt::format("asking for information {} of 0x{:x}", type, parameter);
    auto done = run({idInfo, 16, argumentsOf({type, parameter}), doing}, {{}, bytes}, stop);
    if (!done) return done;
    for (std::size_t i = 0; i < words.size(); ++i)
        words[i] = read32(bytes, i * 4);
    return {};
}

} // namespace framegate::boot
