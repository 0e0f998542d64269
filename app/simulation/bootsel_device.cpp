// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/bootsel_device.h"

#include "simulation/bootsel_program.h"
#include "simulation/bootsel_start.h"

#include <algorithm>
#include <bit>
#include <map>

namespace framegate::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr nanoseconds enumeration = milliseconds(300);
constexpr std::size_t chunkBytes = 256;
constexpr std::size_t packetBytes = 64;

// Statuses (SDK boot/picoboot.h).
constexpr std::uint32_t unknownCommand = 1;
constexpr std::uint32_t badCommandLength = 2;
constexpr std::uint32_t badTransferLength = 3;
constexpr std::uint32_t badAddress = 4;
constexpr std::uint32_t badAlignment = 5;
constexpr std::uint32_t rebooting = 7;
constexpr std::uint32_t notPermitted = 10;
constexpr std::uint32_t invalidArgument = 11;

constexpr std::uint8_t commandWrite = 0x05;
constexpr std::uint8_t commandRead = 0x84;
constexpr std::uint8_t commandInfo = 0x8B;

void putWord(std::span<std::byte> bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<std::byte>(value >> 8 * i & 0xFF);
}

/// The bytes of arguments that each command must say it has; none for what the chip does not know.
std::optional<std::uint32_t> argumentBytes(BootselChip chip, std::uint8_t id) {
    static const std::map<std::uint8_t, std::uint32_t> both{{0x01, 1}, {0x03, 8}, {0x84, 8},
                                                            {0x05, 8}, {0x06, 0}, {0x07, 0}};
    static const std::map<std::uint8_t, std::uint32_t> rp2040{{0x02, 12}, {0x08, 4}, {0x09, 4}};
    static const std::map<std::uint8_t, std::uint32_t> rp2350{{0x0A, 16}, {0x8B, 16}, {0x8C, 5}, {0x0D, 5}};
    const auto& own = chip == BootselChip::Rp2040 ? rp2040 : rp2350;
    if (const auto found = both.find(id); found != both.end()) return found->second;
    if (const auto found = own.find(id); found != own.end()) return found->second;
    return std::nullopt;
}

struct Memory {
    std::uint32_t flashEnd, ram, ramEnd, cache, cacheEnd;
};

Memory memoryOf(BootselChip chip) {
    if (chip == BootselChip::Rp2040) return {0x20000000, 0x20000000, 0x20042000, 0x15000000, 0x15004000};
    return {0x12000000, 0x20000000, 0x20082000, 0x13FFC000, 0x14000000};
}

bool within(std::uint32_t address, std::uint64_t size, std::uint32_t begin, std::uint32_t end) {
    return address >= begin && address + size <= end;
}

Failure stalled() {
    return failure(ErrorKind::Usb, "USB_STALL", "the bulk pipe stalled");
}

} // namespace

Failure BootselDevice::gone() {
    return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "the board left the bus");
}

BootselDevice::BootselDevice(BootselOptions options)
    : options_(options),
      flash_(options.flashBytes),
      ram_(memoryOf(options.chip).ramEnd - memoryOf(options.chip).ram),
      cacheRam_(0x4000) {
    aborted_ = abortedAtStart();
    flash_.stuck = options.stuckBit;
    flash_.deadSector = options.deadSector;
    flash_.uniqueId = options.boardId;
    flash_.sizeCode = options.flashSizeCode;
}

/// Being configured by the host counts as an abort, but for the RP2350's A4.
bool BootselDevice::abortedAtStart() const {
    return options_.chip == BootselChip::Rp2040 || options_.romVersion < 4;
}

std::uint32_t BootselDevice::argument(std::size_t index) const {
    return wordAt(current_.arguments, index * 4);
}

std::optional<nanoseconds> BootselDevice::changesAt() const {
    if (!attached()) return attachedAt_;
    if (restartAt_) return restartAt_->first;
    return std::nullopt;
}

void BootselDevice::advanceTo(nanoseconds moment) {
    if (restartAt_ && restartAt_->first <= moment) {
        const auto [at, how] = *restartAt_;
        now_ = std::max(now_, at);
        restart(how);
    }
    now_ = std::max(now_, moment);
}

Result<> BootselDevice::timedOut(nanoseconds deadline) {
    const auto before = generation_;
    advanceTo(deadline);
    if (generation_ != before) return gone();
    return failure(ErrorKind::Timeout, "USB_TIMEOUT", "the board took or sent nothing in time");
}

void BootselDevice::halt(bool out, bool in) {
    outHalted_ = outHalted_ || out;
    inHalted_ = inHalted_ || in;
}

void BootselDevice::refuse(std::uint32_t status, bool out, bool in) {
    status_ = status;
    phase_ = Phase::Dead;
    if (options_.chip == BootselChip::Rp2350) out = in = true;
    halt(out, in);
}

bool BootselDevice::ready(UsbPipe pipe) const {
    if (pipe == UsbPipe::BulkIn)
        return inHalted_ || (!loseNextIn_ && (phase_ == Phase::DataIn || phase_ == Phase::AckIn));
    return outHalted_ || loseNextOut_ || phase_ == Phase::Command || phase_ == Phase::AckOut ||
           phase_ == Phase::DataOut;
}

void BootselDevice::giveUp(UsbPipe pipe) {
    if (pipe == UsbPipe::BulkIn) loseNextIn_ = false;
}

void BootselDevice::configured() {
    phase_ = Phase::Command;
    outHalted_ = inHalted_ = loseNextOut_ = loseNextIn_ = false;
    aborted_ = abortedAtStart();
    status_ = statusToken_ = statusId_ = 0;
}

Result<> BootselDevice::send(std::span<const std::byte> bytes, nanoseconds deadline) {
    const auto before = generation_;
    if (outHalted_) return stalled();
    if (std::exchange(loseNextOut_, false)) return {};
    switch (phase_) {
    case Phase::Command:
        wait(options_.timing.packet);
        takeCommand(bytes);
        break;
    case Phase::AckOut:
        wait(options_.timing.packet);
        phase_ = Phase::Command;
        break;
    case Phase::DataOut:
        if (auto taken = takeData(bytes); !taken) return taken;
        break;
    case Phase::DataIn:
    case Phase::AckIn:
    case Phase::Dead:
        return timedOut(deadline);
    }
    if (generation_ != before) return gone();
    return {};
}

void BootselDevice::takeCommand(std::span<const std::byte> packet) {
    if (packet.size() != 32 || wordAt(packet, 0) != 0x431FD10B) {
        phase_ = Phase::Dead;
        halt(true, true);
        return;
    }
    current_.token = statusToken_ = wordAt(packet, 4);
    current_.id = statusId_ = std::to_integer<std::uint8_t>(packet[8]);
    current_.length = wordAt(packet, 12);
    std::copy_n(packet.begin() + 16, 16, current_.arguments.begin());
    status_ = 0;
    moved_ = 0;
    chunk_.clear();
    currentIndex_ = commandCount_++;
    const auto expected = argumentBytes(options_.chip, current_.id);
    if (!expected) return refuse(unknownCommand, true, true);
    if (std::to_integer<std::uint32_t>(packet[9]) != *expected) return refuse(badCommandLength, true, true);
    const bool moves = current_.id == commandRead || current_.id == commandWrite;
    const bool info = current_.id == commandInfo;
    if (moves  ? current_.length != argument(1) || current_.length == 0
        : info ? current_.length == 0 || current_.length > 256 || current_.length % 4 != 0
               : current_.length != 0)
        return refuse(badTransferLength, true, true);
    const bool works = current_.id == commandWrite || current_.id == 0x03 || current_.id == 0x08;
    if (losesPowerHere() && !works) return losePower();
    begin();
}

bool BootselDevice::losesPowerHere() const {
    return options_.losesPowerAtCommand == currentIndex_;
}

/// What has no data is done at once, and acknowledged when the time for it has passed; an RP2040 never says
/// that it failed.
void BootselDevice::finishNoData(std::uint32_t status) {
    if (status != 0 && options_.chip == BootselChip::Rp2350) return refuse(status, true, true);
    phase_ = Phase::AckIn;
    readyAt_ = std::max(readyAt_, now_ + options_.timing.noWork);
}

void BootselDevice::begin() {
    readyAt_ = now_;
    switch (current_.id) {
    case 0x03:
        return restartAt_ ? finishNoData(rebooting) : erase();
    case commandRead:
    case commandWrite: {
        std::uint32_t status = 0;
        phase_ = current_.id == commandRead ? Phase::DataIn : Phase::DataOut;
        // An RP2040 notices when the first page's worth of a write has come, not before.
        if (transferAllowed(status) || (current_.id == commandWrite && options_.chip == BootselChip::Rp2040))
            return;
        return refuse(status, current_.id == commandWrite, current_.id == commandRead);
    }
    case 0x08:
        return execute();
    case 0x06:
        aborted_ = false;
        return finishNoData(0);
    case 0x02:
        finishNoData(0);
        // The watchdog counts twice a tick (erratum RP2040-E1).
        return beginRestart(argument(0) == 0 ? Restart::Power : Restart::RamPc,
                            milliseconds(argument(2)) / 2);
    case 0x0A:
    case commandInfo:
    case 0x8C:
    case 0x0D:
        return beginRp2350();
    default:
        return finishNoData(0);
    }
}

void BootselDevice::beginRp2350() {
    if (current_.id == 0x0A) return reboot2();
    if (current_.id != commandInfo) return refuse(notPermitted, true, true);
    answer_ = information();
    if (answer_.empty()) return refuse(invalidArgument, true, true);
    phase_ = Phase::DataIn;
}

void BootselDevice::reboot2() {
    const auto type = argument(0) & 0xF;
    if ((type & 8) != 0) return refuse(notPermitted, true, true);
    if (type != 0 && type != 2 && type != 3 && type != 4) return refuse(invalidArgument, true, true);
    finishNoData(0);
    const auto how = type == 2 ? Restart::Bootsel : type == 3 ? Restart::RamImage : Restart::Flash;
    beginRestart(how, milliseconds(argument(1)));
}

void BootselDevice::beginRestart(Restart how, nanoseconds delay) {
    restartAt_ = {now_ + delay + options_.timing.packet * 2, how};
}

/// The partition that takes the asked family; finding it needs RAM, which is overwritten. A board without a
/// table lends the whole of the address window, whatever its flash is.
std::vector<std::uint32_t> BootselDevice::partitionWords() {
    std::fill_n(ram_.begin(), 4096, std::byte{0xA5});
    const bool table = options_.partitionOffset != 0;
    const auto first = options_.partitionOffset / 4096;
    const auto last = table ? static_cast<std::uint32_t>(options_.flashBytes / 4096) - 1 : 0x1FFF;
    return {3, options_.acceptsFamilies ? 0xFF : 0xFFFFFFFF, 0xFC000000 | last << 13 | first, 0xFC000000};
}

/// Chip info and flash device info, of what was asked (RP2350 datasheet, get_sys_info()).
std::vector<std::uint32_t> BootselDevice::systemWords() const {
    constexpr std::uint32_t chipInfo = 1;
    constexpr std::uint32_t flashInfo = 8;
    constexpr std::uint32_t assumedSize = 12; // 16 MiB
    std::vector<std::uint32_t> words{0, argument(1) & (chipInfo | flashInfo)};
    if ((argument(1) & chipInfo) != 0)
        words.insert(words.end(), {1, static_cast<std::uint32_t>(options_.boardId),
                                   static_cast<std::uint32_t>(options_.boardId >> 32)});
    const auto size = static_cast<std::uint32_t>(std::bit_width(options_.flashBytes / 8192));
    if ((argument(1) & flashInfo) != 0)
        words.push_back((options_.otpKnowsFlashSize ? size : assumedSize) << 8);
    words[0] = static_cast<std::uint32_t>(words.size()) - 1;
    return words;
}

std::vector<std::byte> BootselDevice::information() {
    const auto kind = argument(0) & 0xFF;
    if (kind != 1 && kind != 3) return {};
    const auto words = kind == 3 ? partitionWords() : systemWords();
    std::vector<std::byte> bytes(current_.length);
    for (std::size_t i = 0; i < words.size() && i * 4 + 4 <= bytes.size(); ++i)
        putWord(bytes, i * 4, words[i]);
    return bytes;
}

/// A program that goes astray takes the ROM with it: nothing is acknowledged any more.
void BootselDevice::execute() {
    const auto memory = memoryOf(options_.chip);
    const auto address = argument(0) & ~1U;
    if (!within(address, 2, memory.ram, memory.ramEnd)) return finishNoData(badAddress);
    const bool returned = runProgram(ram_, memory.ram, address, *this);
    if (losesPowerHere()) return losePower();
    if (returned) return finishNoData(0);
    phase_ = Phase::Dead;
}

/// The data line is held low after an abort.
std::uint8_t BootselDevice::exchange(std::uint8_t byte) {
    const auto answer = flash_.exchange(byte);
    return aborted_ ? std::uint8_t{0} : answer;
}

/// The largest blocks that fit, else sectors.
void BootselDevice::erase(const RangeErase& range) {
    if (aborted_ || !options_.largeErases) return;
    const auto end = range.offset + (losesPowerHere() ? range.bytes / 2 : range.bytes);
    for (auto at = range.offset; at < end;) {
        const bool block = range.block != 0 && at % range.block == 0 && end - at >= range.block;
        const auto size = block ? range.block : std::uint32_t{NorFlash::sectorBytes};
        for (std::uint32_t i = 0; i < size; i += NorFlash::sectorBytes)
            flash_.eraseSector(at + i);
        readyAt_ += !block                  ? options_.timing.sectorErase
                    : range.command == 0xD8 ? options_.timing.largeBlockErase
                                            : options_.timing.smallBlockErase;
        at += size;
    }
    if (losesPowerHere()) flash_.eraseSectorPartly(end);
}

/// After an abort the flash chip hears nothing: the command "succeeds" at once (E3 of the facts; on an
/// RP2350 up to A3, pico-feedback#495).
void BootselDevice::erase() {
    const auto address = argument(0);
    const auto size = argument(1);
    const auto memory = memoryOf(options_.chip);
    if (address % 4096 != 0 || size % 4096 != 0) return finishNoData(badAlignment);
    if (!within(address, size, 0x10000000, memory.flashEnd)) return finishNoData(badAddress);
    if (!options_.erasePermitted) return finishNoData(notPermitted);
    const auto sectors = size / 4096;
    if (!aborted_) {
        const auto done = losesPowerHere() ? sectors / 2 : sectors;
        for (std::uint32_t i = 0; i < done; ++i)
            flash_.eraseSector(address - 0x10000000 + i * 4096);
        if (losesPowerHere()) flash_.eraseSectorPartly(address - 0x10000000 + done * 4096);
        readyAt_ = now_ + options_.timing.sectorErase * done;
    }
    if (losesPowerHere()) return losePower();
    finishNoData(0);
}

bool BootselDevice::transferAllowed(std::uint32_t& status) const {
    const auto memory = memoryOf(options_.chip);
    const auto address = argument(0);
    const auto size = current_.length;
    if (within(address, size, memory.ram, memory.ramEnd) ||
        within(address, size, memory.cache, memory.cacheEnd))
        return true;
    if (current_.id == commandRead && within(address, size, 0, 0x2000)) return true;
    status = badAddress;
    if (!within(address, size, 0x10000000, memory.flashEnd)) return false;
    status = badAlignment;
    return address % chunkBytes == 0;
}

Result<> BootselDevice::takeData(std::span<const std::byte> bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += packetBytes) {
        if (outHalted_) return stalled();
        const auto part = bytes.subspan(at, std::min(packetBytes, bytes.size() - at));
        wait(options_.timing.packet);
        chunk_.insert(chunk_.end(), part.begin(), part.end());
        moved_ += static_cast<std::uint32_t>(part.size());
        if (moved_ > current_.length) {
            refuse(badTransferLength, true, true);
            return stalled();
        }
        const auto before = generation_;
        if (chunk_.size() >= chunkBytes || moved_ == current_.length) storeChunk();
        if (generation_ != before) return gone();
        if (phase_ != Phase::DataOut && moved_ < current_.length && at + packetBytes < bytes.size()) {
            wait(options_.timing.packet); // one more packet is taken before the halt shows
            return stalled();
        }
    }
    return {};
}

/// A write that fails in its last page has been taken whole: an RP2040 then says nothing at all.
void BootselDevice::failWrite(std::uint32_t status, bool more) {
    refuse(status, more, false);
}

void BootselDevice::storeChunk() {
    const bool more = moved_ < current_.length;
    std::uint32_t status = 0;
    if (restartAt_) return failWrite(rebooting, more);
    if (!transferAllowed(status)) return failWrite(status, more);
    const auto memory = memoryOf(options_.chip);
    const auto address = argument(0) + moved_ - static_cast<std::uint32_t>(chunk_.size());
    if (losesPowerHere() && moved_ > current_.length / 2) return losePower();
    if (within(address, 1, memory.ram, memory.ramEnd))
        std::copy(chunk_.begin(), chunk_.end(), ram_.begin() + (address - memory.ram));
    else if (within(address, 1, memory.cache, memory.cacheEnd))
        std::copy(chunk_.begin(), chunk_.end(), cacheRam_.begin() + (address - memory.cache));
    else if (!aborted_) {
        chunk_.resize(chunkBytes); // with zeros, as the ROM's buffer has them
        flash_.program(address - 0x10000000, chunk_);
        wait(options_.timing.pageMove + options_.timing.pageProgram + options_.timing.pageCostWrite);
    }
    chunk_.clear();
    if (!more) finishNoData(0);
}

std::byte BootselDevice::memoryAt(std::uint32_t address) const {
    const auto memory = memoryOf(options_.chip);
    if (address < 0x2000) {
        const bool old = options_.chip == BootselChip::Rp2040;
        const std::byte identity[] = {std::byte{'M'}, std::byte{'u'}, old ? std::byte{1} : std::byte{2},
                                      static_cast<std::byte>(options_.romVersion)};
        return address >= 0x10 && address < 0x14 ? identity[address - 0x10] : std::byte{0};
    }
    if (within(address, 1, memory.ram, memory.ramEnd)) return ram_[address - memory.ram];
    if (within(address, 1, memory.cache, memory.cacheEnd)) return cacheRam_[address - memory.cache];
    return aborted_ ? std::byte{0} : flash_.at(address - 0x10000000); // the data line is held low
}

void BootselDevice::fill(std::span<std::byte> buffer) {
    const bool flash =
        argument(0) >= 0x10000000 && argument(0) < memoryOf(options_.chip).flashEnd &&
        !within(argument(0), 1, memoryOf(options_.chip).cache, memoryOf(options_.chip).cacheEnd);
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        if (current_.id == commandRead && flash && moved_ % chunkBytes == 0)
            wait(options_.timing.pageMove + options_.timing.pageCostRead);
        if (moved_ % packetBytes == 0) wait(options_.timing.packet);
        buffer[i] = current_.id == commandInfo ? answer_[moved_] : memoryAt(argument(0) + moved_);
        ++moved_;
    }
}

Result<std::size_t> BootselDevice::receive(std::span<std::byte> buffer, nanoseconds deadline) {
    const auto before = generation_;
    if (inHalted_) return stalled();
    if (std::exchange(loseNextIn_, false)) return passOn(timedOut(deadline));
    std::size_t size = 0;
    if (phase_ == Phase::DataIn) {
        size = std::min<std::size_t>(buffer.size(), current_.length - moved_);
        fill(buffer.first(size));
        if (moved_ == current_.length) phase_ = Phase::AckOut;
    } else if (phase_ == Phase::AckIn && readyAt_ + options_.timing.packet <= deadline) {
        advanceTo(readyAt_ + options_.timing.packet);
        phase_ = Phase::Command;
    } else {
        return passOn(timedOut(deadline));
    }
    if (generation_ != before) return gone();
    if (now_ > deadline) return passOn(timedOut(deadline));
    return size;
}

Result<std::size_t> BootselDevice::control(UsbControlRequest request, std::span<std::byte> bytes) {
    wait(options_.timing.packet);
    if (request.requestType == 0x41 && request.request == 0x41) {
        // Work under way is stopped by an abort, after which flash hears nothing until EXIT_XIP.
        if (phase_ != Phase::Command && !(phase_ == Phase::AckIn && now_ >= readyAt_)) aborted_ = true;
        // The board's side of a halted pipe begins anew; the host's does not know of it.
        loseNextOut_ = loseNextOut_ || outHalted_;
        loseNextIn_ = loseNextIn_ || inHalted_;
        outHalted_ = inHalted_ = false;
        phase_ = Phase::Command;
        status_ = statusToken_ = statusId_ = 0;
        return std::size_t{0};
    }
    if (request.requestType == 0xC1 && request.request == 0x42 && bytes.size() == 16) {
        std::fill(bytes.begin(), bytes.end(), std::byte{0});
        putWord(bytes, 0, statusToken_);
        putWord(bytes, 4, status_);
        bytes[8] = static_cast<std::byte>(statusId_);
        bytes[9] = phase_ == Phase::AckIn && now_ < readyAt_ ? std::byte{1} : std::byte{0};
        return bytes.size();
    }
    const bool in = request.index == 0x84;
    if (request.requestType == 0x82 && request.request == 0 && bytes.size() == 2 &&
        (in || request.index == 0x03)) {
        bytes[0] = (in ? inHalted_ : outHalted_) ? std::byte{1} : std::byte{0};
        bytes[1] = std::byte{0};
        return bytes.size();
    }
    return failure(ErrorKind::Usb, "USB_STALL", "the boot ROM knows no such control request");
}

void BootselDevice::clearHalt(UsbPipe pipe) {
    auto& halted = pipe == UsbPipe::BulkIn ? inHalted_ : outHalted_;
    auto& lose = pipe == UsbPipe::BulkIn ? loseNextIn_ : loseNextOut_;
    if (!halted) lose = true;
    halted = false;
}

void BootselDevice::losePower() {
    std::fill(ram_.begin(), ram_.end(), std::byte{0x5A});
    restart(Restart::Power);
}

void BootselDevice::powerCycle(bool bootsel) {
    std::fill(ram_.begin(), ram_.end(), std::byte{0x5A});
    restart(bootsel ? Restart::Bootsel : Restart::Power);
}

void BootselDevice::reset(bool bootsel) {
    restart(bootsel ? Restart::Bootsel : Restart::Power);
}

void BootselDevice::resetAfter(nanoseconds delay) {
    restartAt_ = {now_ + delay, Restart::Power};
}

void BootselDevice::damage(std::optional<StuckBit> stuck, std::optional<std::uint32_t> deadSector,
                           std::optional<unsigned> losesPowerAtCommand) {
    flash_.stuck = stuck;
    flash_.deadSector = deadSector;
    options_.losesPowerAtCommand = losesPowerAtCommand;
    if (losesPowerAtCommand) *options_.losesPowerAtCommand += commandCount_;
}

nanoseconds BootselDevice::enumerationTime() {
    return enumeration;
}

bool BootselDevice::startsFromFlash() const {
    const auto first = const_cast<NorFlash&>(flash_).bytes().first(4096);
    return options_.chip == BootselChip::Rp2040 ? holdsBootStage(first) : holdsProgram(first);
}

std::span<const std::byte> BootselDevice::ramWindow(std::uint32_t base, std::uint32_t size) const {
    const auto memory = memoryOf(options_.chip);
    if (!within(base, size, memory.ram, memory.ramEnd)) return {};
    return std::span(ram_).subspan(base - memory.ram, size);
}

void BootselDevice::restart(Restart how) {
    const bool ram = how == Restart::RamPc ? !ramWindow(argument(0) & ~1U, 2).empty()
                                           : how == Restart::RamImage && !options_.ramImageForbidden &&
                                                 holdsProgram(ramWindow(argument(2), argument(3)));
    const bool flash = (how == Restart::Power || how == Restart::Flash) && startsFromFlash();
    state_ = ram ? BoardState::RamProgram : flash ? BoardState::FlashProgram : BoardState::Bootsel;
    ++generation_;
    restartAt_.reset();
    attachedAt_ = now_ + enumeration;
    phase_ = Phase::Command;
    outHalted_ = inHalted_ = loseNextOut_ = loseNextIn_ = false;
    aborted_ = abortedAtStart();
    status_ = statusToken_ = statusId_ = 0;
}

} // namespace framegate::simulation
