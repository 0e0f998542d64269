// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/pico_board.h"

#include "simulation/program_name.h"
#include "unit/simulation/raw_board.h"

#include <gmock/gmock.h>

namespace framegate::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr UsbInterfaceMatch picobootInterface{0xFF, 0x00, 0x00};
constexpr UsbInterfaceMatch resetInterface{wire::usbResetClass, wire::usbResetSubclass,
                                           wire::usbResetProtocol, false};
constexpr UsbControlRequest toBootsel{0x21, wire::usbResetToBootsel, 1};
constexpr UsbControlRequest toFlash{0x21, wire::usbResetToFlash};

std::unique_ptr<VirtualBench> benchOf(PicoState state, BootselChip chip = BootselChip::Rp2040) {
    BenchOptions options;
    options.startsIn = state;
    options.pico.chip = chip;
    return makeBench(options);
}

/// A command of PICOBOOT without data, and its acknowledgement.
Result<> picoboot(UsbTransport& rom, std::uint8_t id, std::vector<std::uint32_t> arguments) {
    std::vector<std::byte> packet(32);
    const auto put = [&](std::size_t at, std::uint32_t value) {
        for (std::size_t i = 0; i < 4; ++i)
            packet[at + i] = static_cast<std::byte>(value >> 8 * i & 0xFF);
    };
    put(0, 0x431FD10B);
    packet[8] = std::byte{id};
    packet[9] = static_cast<std::byte>(arguments.size() * 4);
    for (std::size_t i = 0; i < arguments.size(); ++i)
        put(16 + 4 * i, arguments[i]);
    const auto soon = Deadline::after(rom.clock(), seconds(1));
    if (auto sent = rom.send(packet, soon, {}); !sent) return sent;
    std::array<std::byte, 64> nothing{};
    if (auto answer = rom.receive(nothing, soon, {}); !answer) return passOn(answer);
    return {};
}

void copyTo(std::span<std::byte> memory, const std::vector<std::byte>& bytes) {
    std::copy(bytes.begin(), bytes.end(), memory.begin());
}

TEST(PicoBoard, RebootRequestToBootsel_ComesUpThereOnTheSamePort) {
    const auto bench = makeBench({});
    RawBoard board(*bench, 1);
    board.exchange(wire::Opcode::Reboot, wire::RebootRequest{wire::RebootTarget::Bootsel});
    EXPECT_EQ(bench->board(1).state(), PicoState::TestFirmware); // the answer's last packet is on its way
    board.pass(milliseconds(10));
    EXPECT_TRUE(bench->devices()->empty());
    board.pass(milliseconds(400));
    const auto devices = bench->devices().value();
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_EQ(devices[0].port.text(), "1-1");
    EXPECT_EQ(devices[0].product, 0x0003);
    EXPECT_TRUE(bench->open(devices[0].port, picobootInterface));
    EXPECT_EQ(bench->open(devices[0].port, firmwareInterface).error().code, "USB_NO_INTERFACE");
}

TEST(PicoBoard, TransportFromBeforeAReboot_IsDisconnected) {
    const auto bench = makeBench({});
    RawBoard board(*bench, 1);
    board.exchange(wire::Opcode::Reboot, wire::RebootRequest{wire::RebootTarget::Bootsel});
    EXPECT_EQ(board.hear().error().code, "USB_DISCONNECTED");
    board.pass(seconds(1));
    EXPECT_EQ(board.ask(wire::Opcode::Hello, wire::HelloRequest{}).error().code, "USB_DISCONNECTED");
}

TEST(PicoBoard, Clock_NeverGoesBackFromProgramToProgram) {
    const auto bench = makeBench({});
    auto& board = bench->board(1);
    (void)board.sleepFor(seconds(3), {});
    ASSERT_TRUE(bench->restart(board.port(), resetInterface, toBootsel, seconds(2), {}));
    const auto inBootsel = board.now();
    EXPECT_GE(inBootsel.sinceZero, seconds(3));
    auto rom = bench->open(board.port(), picobootInterface).value();
    ASSERT_TRUE(picoboot(*rom, 0x02, {0, 0x20042000, 10}));
    EXPECT_EQ(board.state(), PicoState::Bootsel);
    (void)board.sleepFor(seconds(1), {});
    EXPECT_EQ(board.state(), PicoState::TestFirmware);
    EXPECT_GE(board.now() - inBootsel, seconds(1));
}

TEST(PicoBoard, RebootIntoBlankFlash_StaysInBootsel) {
    const auto bench = benchOf(PicoState::Bootsel);
    auto& board = bench->board(1);
    const auto before = board.generation();
    auto rom = bench->open(board.port(), picobootInterface).value();
    ASSERT_TRUE(picoboot(*rom, 0x02, {0, 0x20042000, 10}));
    (void)board.sleepFor(seconds(1), {});
    EXPECT_EQ(board.state(), PicoState::Bootsel);
    EXPECT_GT(board.generation(), before);
}

TEST(PicoBoard, FlashWithAnotherProgramsName_RunsOtherFirmware) {
    for (const auto chip : {BootselChip::Rp2040, BootselChip::Rp2350}) {
        const auto bench = benchOf(PicoState::Bootsel, chip);
        auto& board = bench->board(1);
        copyTo(board.rom().flash().bytes(), namedProgram("blink"));
        board.unplug();
        EXPECT_EQ(board.state(), PicoState::Gone);
        board.plug(false);
        (void)board.sleepFor(seconds(1), {});
        EXPECT_EQ(board.state(), PicoState::OtherFirmware);
        EXPECT_EQ(board.device()->product, chip == BootselChip::Rp2040 ? 0x000A : 0x0009);
    }
}

TEST(PicoBoard, PluggedInWithTheButtonHeld_IsInBootselWhateverItsFlashHolds) {
    const auto bench = makeBench({});
    auto& board = bench->board(1);
    board.unplug();
    board.plug(true);
    (void)board.sleepFor(seconds(1), {});
    EXPECT_EQ(board.state(), PicoState::Bootsel);
}

TEST(PicoBoard, OtherFirmwaresResetInterface_LeadsToBootselAndBack) {
    const auto bench = benchOf(PicoState::OtherFirmware);
    auto& board = bench->board(1);
    EXPECT_EQ(bench->open(board.port(), {0xFF, 0x00, 0x01}).error().code, "USB_NO_INTERFACE"); // no pipes
    const auto reset = bench->open(board.port(), resetInterface).value();
    const auto gone = reset->control(toBootsel, {}, Deadline::after(board, seconds(1)), {});
    EXPECT_EQ(gone.error().code, "USB_DISCONNECTED"); // the SDK's own does not answer
    (void)board.sleepFor(seconds(1), {});
    EXPECT_EQ(board.state(), PicoState::Bootsel);
}

TEST(PicoBoard, ResetInterfaceToFlash_StartsTheSameProgramAnew) {
    for (const auto state : {PicoState::TestFirmware, PicoState::OtherFirmware}) {
        const auto bench = benchOf(state);
        auto& board = bench->board(1);
        const auto before = board.generation();
        ASSERT_TRUE(bench->restart(board.port(), resetInterface, toFlash, seconds(2), {}));
        EXPECT_EQ(board.state(), state);
        EXPECT_GT(board.generation(), before);
    }
}

TEST(PicoBoard, RestartInBootsel_IsRefused) {
    const auto bench = benchOf(PicoState::Bootsel);
    const auto refused =
        bench->restart(UsbPortPath(1, {1}), picobootInterface, firmwareRestart, seconds(2), {});
    EXPECT_EQ(refused.error().code, "USB_NO_RESTART");
}

TEST(PicoBoard, ProgramInRam_HasTheSerialNumberOfNobodyUnlessItIsOurs) {
    for (const auto* name : {"blink", testFirmwareName}) {
        const auto bench = benchOf(PicoState::Bootsel);
        auto& board = bench->board(1);
        copyTo(board.rom().ram(), namedProgram(name, startOfRam));
        auto rom = bench->open(board.port(), picobootInterface).value();
        ASSERT_TRUE(picoboot(*rom, 0x02, {0x20000001, 0x20042000, 10}));
        (void)board.sleepFor(seconds(1), {});
        const bool ours = name == std::string_view(testFirmwareName);
        EXPECT_EQ(board.state(), ours ? PicoState::TestFirmware : PicoState::OtherFirmware);
        EXPECT_EQ(board.device()->serial == "EEEEEEEEEEEEEEEE", !ours);
    }
}

TEST(PicoBoard, FirmwareFromRam_IsGoneAfterARestart) {
    const auto bench = benchOf(PicoState::Bootsel);
    auto& board = bench->board(1);
    copyTo(board.rom().ram(), namedProgram(testFirmwareName, startOfRam));
    auto rom = bench->open(board.port(), picobootInterface).value();
    ASSERT_TRUE(picoboot(*rom, 0x02, {0x20000001, 0x20042000, 10}));
    (void)board.sleepFor(seconds(1), {});
    ASSERT_TRUE(bench->restart(board.port(), firmwareInterface, firmwareRestart, seconds(2), {}));
    EXPECT_EQ(board.state(), PicoState::Bootsel);
}

TEST(PicoBoard, Rp2350_HasASerialNumberOfItsOwnInBootsel) {
    BenchOptions options{.slots = 2};
    options.startsIn = PicoState::Bootsel;
    options.pico.chip = BootselChip::Rp2350;
    const auto devices = makeBench(options)->devices().value();
    EXPECT_EQ(devices[0].product, 0x000F);
    EXPECT_NE(devices[0].serial, devices[1].serial);
}

TEST(PicoBoard, UnitInsertedInBootsel_WaitsThereForTheFirmware) {
    const auto bench = makeBench({});
    auto& board = bench->board(1);
    ASSERT_TRUE(bench->restart(board.port(), resetInterface, toBootsel, seconds(2), {}));
    ASSERT_TRUE(bench->insert(1, {Serial::numbered(7), 7, {}}, 1, {}));
    EXPECT_EQ(board.state(), PicoState::Bootsel);
    auto rom = bench->open(board.port(), picobootInterface).value();
    ASSERT_TRUE(picoboot(*rom, 0x02, {0, 0x20042000, 10}));
    (void)board.sleepFor(seconds(1), {});
    RawBoard firmware(*bench, 1);
    const auto answer = firmware.exchange(wire::Opcode::Hello, wire::HelloRequest{});
    EXPECT_EQ(wire::decode<wire::HelloDone>(answer.payload)->boardId.back(), 1);
    firmware.start(320, 240);
    EXPECT_FALSE(firmware.picture().empty());
}

TEST(PicoBoard, FirmwareThatStartsAnew_HasForgottenItsClocks) {
    const auto bench = makeBench({});
    auto& board = bench->board(1);
    RawBoard before(*bench, 1);
    const auto lit = before.exchange(wire::Opcode::Trace, wire::TraceRequest{wire::TraceAction::On});
    EXPECT_TRUE(wire::decode<wire::TraceDone>(lit.payload)->on);
    ASSERT_TRUE(bench->restart(board.port(), resetInterface, toFlash, seconds(2), {}));
    RawBoard after(*bench, 1);
    const auto answer = after.exchange(wire::Opcode::Trace, wire::TraceRequest{wire::TraceAction::Fetch});
    EXPECT_FALSE(wire::decode<wire::TraceDone>(answer.payload)->on);
}

TEST(ProgramName, HostileTables_AreNoName) {
    auto program = namedProgram("blink");
    EXPECT_EQ(programName({program, 0x10000000}), "blink");
    for (std::size_t at = 0x110; at < 0x1A0; ++at) {
        auto changed = program;
        changed[at] ^= std::byte{0xFF};
        (void)programName({changed, 0x10000000});
    }
    EXPECT_EQ(programName({std::span(program).first(0x114), 0x10000000}), "");
    EXPECT_EQ(programName({{}, 0xFFFFFFF0}), "");
}

} // namespace
} // namespace framegate::simulation
