// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/pico_board.h"

#include "protocol/usb_identity.h"
#include "simulation/pico_transport.h"
#include "simulation/program_name.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace framegate::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::uint64_t firstId = 0xF653494D00000000; ///< as the test firmware tells it
constexpr std::uint8_t classToInterface = 0x21;
constexpr std::uint8_t vendorToInterface = 0x41;
constexpr std::uint8_t withoutPicoboot = 2;
constexpr milliseconds flashResetDelay{100}; ///< of the pico-sdk's reset interface
constexpr std::uint32_t ramBase = 0x20000000;

bool isTriple(UsbInterfaceMatch match, int interfaceClass, int subclass, int protocol) {
    return match.interfaceClass == interfaceClass && match.subclass == subclass && match.protocol == protocol;
}

bool asksForFrames(UsbInterfaceMatch match) {
    return isTriple(match, wire::usbInterfaceClass, wire::usbInterfaceSubclass, wire::usbInterfaceProtocol);
}

bool asksForReset(UsbInterfaceMatch match) {
    return isTriple(match, wire::usbResetClass, wire::usbResetSubclass, wire::usbResetProtocol) &&
           !match.needsPipes;
}

Failure stalled() {
    return failure(ErrorKind::Usb, "USB_STALL", "the board knows no such control request");
}

/// Until \a end or just after the chip starts anew, whichever is first: what starts then has its time from
/// there.
void advanceToStart(BootselDevice& rom, nanoseconds end) {
    const auto before = rom.generation();
    while (rom.now() < end && rom.generation() == before)
        rom.advanceTo(std::min(end, rom.now() + milliseconds(1)));
}

std::string_view programOf(PicoState state) {
    return state == PicoState::TestFirmware ? testFirmwareName : "other firmware";
}

} // namespace

std::string_view stateText(PicoState state) {
    switch (state) {
    case PicoState::Bootsel:
        return "bootsel";
    case PicoState::TestFirmware:
        return "firmware";
    case PicoState::OtherFirmware:
        return "other";
    case PicoState::Gone:
        break;
    }
    return "gone";
}

PicoBoard::PicoBoard(const PicoOptions& options)
    : options_(options),
      port_(1, {static_cast<std::uint8_t>(options.slot)}),
      firmware_(options.slot, options.pace, options.wiring),
      running_(options.startsIn) {
    show();
}

/// The chip with its memories. Flash holds what the board started with.
BootselDevice& PicoBoard::romLocked() const {
    if (rom_) return *rom_;
    auto rom = options_.rom;
    rom.boardId = boardId();
    rom_ = std::make_unique<BootselDevice>(rom);
    if (options_.startsIn == PicoState::Bootsel) return *rom_;
    const auto program = namedProgram(std::string(programOf(options_.startsIn)));
    std::copy(program.begin(), program.end(), rom_->flash().bytes().begin());
    return *rom_;
}

BootselDevice& PicoBoard::rom() {
    const std::lock_guard lock(mutex_);
    return romLocked();
}

nanoseconds PicoBoard::time() const {
    return onFirmware() ? firmware_.now().sinceZero : romZero_ + romLocked().now();
}

ClockTime PicoBoard::now() const {
    const std::lock_guard lock(mutex_);
    return {time()};
}

Result<> PicoBoard::sleepFor(nanoseconds duration, std::stop_token stop) {
    const std::lock_guard lock(mutex_);
    if (stop.stop_requested())
        return failure(ErrorKind::Cancelled, "CANCELLED", "stopped during a USB transfer");
    const auto end = time() + std::max(duration, nanoseconds(0));
    if (!onFirmware()) {
        advanceToStart(romLocked(), end - romZero_);
        settle();
    }
    Result<> slept;
    if (onFirmware())
        slept = firmware_.sleepFor(end - time(), std::move(stop));
    else
        romLocked().advanceTo(end - romZero_);
    settle();
    return slept;
}

Deadline PicoBoard::romDeadline(Deadline deadline) const {
    return Deadline({deadline.moment().sinceZero - romZero_});
}

/// Time has passed, or something was asked for: what follows from it, until nothing more does.
void PicoBoard::settle() {
    if (onFirmware()) {
        const auto bites = options_.watchdog ? firmware_.watchdogAt() : std::nullopt;
        if (bites && *bites <= time())
            leaveFirmware({wire::RebootTarget::Firmware, *bites});
        else if (const auto departure = firmware_.departed())
            leaveFirmware(*departure);
    } else if (romLocked().generation() != romGeneration_) {
        follow();
    }
    show();
}

/// The chip started anew, and runs what it found.
void PicoBoard::follow() {
    auto& rom = romLocked();
    romGeneration_ = rom.generation();
    withoutInterfaces_ = std::exchange(askedWithout_, std::uint8_t{0});
    if (rom.state() == BoardState::Bootsel) return begin(PicoState::Bootsel, Memory::Flash);
    const auto memory = rom.state() == BoardState::RamProgram ? Memory::Ram : Memory::Flash;
    const auto name = memory == Memory::Ram ? programName({rom.ram(), ramBase})
                                            : programName({rom.flash().bytes(), startOfFlash});
    begin(name == testFirmwareName ? PicoState::TestFirmware : PicoState::OtherFirmware, memory);
}

void PicoBoard::begin(PicoState program, Memory memory) {
    const auto moment = romZero_ + romLocked().now();
    ++generation_;
    running_ = program;
    memory_ = memory;
    attachedAt_ = moment + BootselDevice::enumerationTime();
    if (onFirmware()) firmware_.start(moment);
}

/// Into the chip's start: its time goes on from when the firmware left.
void PicoBoard::leaveFirmware(const VirtualBoard::Departure& departure) {
    const auto moment = time();
    auto& rom = romLocked();
    romZero_ = departure.moment - rom.now();
    running_ = PicoState::Bootsel;
    rom.reset(departure.target == wire::RebootTarget::Bootsel);
    follow();
    if (onFirmware())
        (void)firmware_.sleepFor(moment - firmware_.now().sinceZero, {});
    else
        rom.advanceTo(moment - romZero_);
}

PicoState PicoBoard::state() const {
    const std::lock_guard lock(shownMutex_);
    return shown_.identity.state;
}

std::optional<UsbDevice> PicoBoard::device() const {
    const std::lock_guard lock(shownMutex_);
    return shown_.device;
}

unsigned PicoBoard::generation() const {
    const std::lock_guard lock(shownMutex_);
    return shown_.identity.generation;
}

unsigned PicoBoard::comingsAndGoings() const {
    const std::lock_guard lock(shownMutex_);
    return changes_ + firmware_.comingsAndGoings();
}

PicoIdentity PicoBoard::identity() const {
    const std::lock_guard lock(shownMutex_);
    return shown_.identity;
}

void PicoBoard::show() {
    const bool started = onFirmware() ? time() >= attachedAt_ : romLocked().attached();
    const bool there = plugged_ && started && (!onFirmware() || firmware_.plugged());
    Shown now{{there ? running_ : PicoState::Gone, generation_, chip(), serial(), withoutInterfaces_}, {}};
    if (there) now.device = described();
    const std::lock_guard lock(shownMutex_);
    changes_ +=
        now.identity.state != shown_.identity.state || now.identity.generation != shown_.identity.generation;
    shown_ = std::move(now);
}

/// In BOOTSEL every RP2040 of one ROM has the same serial number, an RP2350 its chip's; a program of the
/// pico-sdk that runs from an RP2040's RAM cannot read the flash chip's.
std::string PicoBoard::serial() const {
    const bool old = chip() == BootselChip::Rp2040;
    if (old && running_ == PicoState::Bootsel) return "E0C9125B0D9B";
    if (old && running_ == PicoState::OtherFirmware && memory_ == Memory::Ram) return "EEEEEEEEEEEEEEEE";
    return fmt::format("{:016X}", boardId());
}

std::uint64_t PicoBoard::boardId() const {
    return options_.rom.boardId != 0 ? options_.rom.boardId : firstId + static_cast<unsigned>(options_.slot);
}

UsbDevice PicoBoard::described() const {
    const bool old = chip() == BootselChip::Rp2040;
    const auto product = [&](int rp2040, int rp2350) {
        return static_cast<std::uint16_t>(old ? rp2040 : rp2350);
    };
    if (onFirmware()) return firmware_.device();
    if (running_ == PicoState::Bootsel)
        return {port_, wire::usbVendorRaspberryPi, product(0x0003, 0x000F), serial(),
                old ? "RP2 Boot" : "RP2350 Boot"};
    return {port_, wire::usbVendorRaspberryPi, product(0x000A, 0x0009), serial(), "Pico"};
}

bool PicoBoard::hasPicoboot() const {
    return shown_.identity.state == PicoState::Bootsel &&
           shown_.identity.withoutInterfaces != withoutPicoboot;
}

Result<std::unique_ptr<UsbTransport>> PicoBoard::open(UsbInterfaceMatch match) {
    using Interface = PicoTransport::Interface;
    const std::lock_guard lock(shownMutex_);
    const auto opened = [&](Interface interface) -> std::unique_ptr<UsbTransport> {
        return std::make_unique<PicoTransport>(*this, interface, shown_.identity.generation);
    };
    const auto now = shown_.identity.state;
    if (now == PicoState::TestFirmware && asksForFrames(match)) return opened(Interface::Frames);
    if (hasPicoboot() && isTriple(match, 0xFF, 0, 0)) return opened(Interface::Picoboot);
    const bool program = now == PicoState::TestFirmware || now == PicoState::OtherFirmware;
    if (program && asksForReset(match)) return opened(Interface::Reset);
    if (now == PicoState::Gone)
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE",
                       fmt::format("nothing is plugged in at {}", port_.text()));
    return failure(ErrorKind::NotFound, "USB_NO_INTERFACE",
                   fmt::format("the board at {} has no such interface", port_.text()));
}

Result<std::size_t> PicoBoard::controlFirmware(UsbControlRequest request, Deadline deadline) {
    if (request.requestType != vendorToInterface) return stalled();
    if (request.request == wire::usbRequestRestart)
        firmware_.leave(wire::RebootTarget::Firmware);
    else if (request.request != wire::usbRequestResetLink)
        return stalled();
    else if (auto reset = firmware_.resetLink(deadline); !reset)
        return passOn(reset);
    return std::size_t{0};
}

/// The test firmware acknowledges and goes; the pico-sdk's own way into BOOTSEL is to be gone.
Result<> PicoBoard::reset(UsbControlRequest request) {
    if (request.requestType != classToInterface) return stalled();
    const bool bootsel = request.request == wire::usbResetToBootsel;
    if (!bootsel && request.request != wire::usbResetToFlash) return stalled();
    if (bootsel) askedWithout_ = static_cast<std::uint8_t>(request.value & 3);
    if (onFirmware()) {
        firmware_.leave(bootsel ? wire::RebootTarget::Bootsel : wire::RebootTarget::Firmware);
        return {};
    }
    if (!bootsel) return romLocked().resetAfter(flashResetDelay), Result<>();
    romLocked().reset(true);
    return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "the board left the bus");
}

Result<> PicoBoard::restartByRequest(UsbControlRequest request) {
    if (running_ == PicoState::Bootsel)
        return failure(ErrorKind::Usb, "USB_NO_RESTART",
                       fmt::format("the board at {} is in BOOTSEL and takes no such request", port_.text()));
    const auto asked = onFirmware() && request.requestType == vendorToInterface
                           ? controlFirmware(request, Deadline({time()})).map([](auto) {})
                           : reset(request);
    // That it is gone already is what was asked for.
    if (!asked && asked.error().kind != ErrorKind::Disconnected)
        return failure(ErrorKind::Usb, "USB_NO_RESTART", "the board knows no such control request");
    return {};
}

Result<> PicoBoard::restart(UsbControlRequest request, nanoseconds limit, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    const bool vendor =
        request.requestType == vendorToInterface && request.request == wire::usbRequestRestart;
    if (onFirmware() && plugged_ && vendor && memory_ == Memory::Flash) {
        auto restarted = firmware_.restart(limit);
        show();
        return restarted;
    }
    const auto before = generation_;
    const auto end = time() + limit;
    if (auto asked = plugged_ ? restartByRequest(request) : Result<>(); !asked) return asked;
    settle();
    while (generation_ == before || state() == PicoState::Gone) {
        const bool late = time() >= end;
        lock.unlock();
        if (late) return failure(ErrorKind::NotFound, "USB_NO_DEVICE", "the board did not come back in time");
        if (auto slept = sleepFor(milliseconds(10), stop); !slept) return slept;
        lock.lock();
    }
    return {};
}

void PicoBoard::insert(std::unique_ptr<sim::CameraModule> module, const BoardFaults& faults,
                       std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    const auto before = time();
    firmware_.insert(std::move(module), faults, seed);
    attachedAt_ += time() - before;
    show();
}

void PicoBoard::damage(const BootselOptions& faults) {
    const std::lock_guard lock(mutex_);
    romLocked().damage(faults.stuckBit, faults.deadSector, faults.losesPowerAtCommand);
}

void PicoBoard::unplug() {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(plugged_, false)) return;
    ++generation_;
    firmware_.losePower();
    show();
}

void PicoBoard::plug(bool bootsel) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(plugged_, true)) return;
    romZero_ = time() - romLocked().now();
    askedWithout_ = 0;
    romLocked().powerCycle(bootsel);
    running_ = PicoState::Bootsel;
    settle();
}

} // namespace framegate::simulation
