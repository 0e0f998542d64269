// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/pico_usb_device.h"

#include "unit/simulation/raw_board.h"

#include <gmock/gmock.h>

namespace framegate::simulation {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::uint8_t picobootOut = 0x03;
constexpr std::uint8_t picobootIn = 0x84;

/// One board of a bench as a USB device, and what a host does to it.
struct Device {
    explicit Device(PicoState state, BootselChip chip = BootselChip::Rp2040) {
        BenchOptions options;
        options.startsIn = state;
        options.pico.chip = chip;
        bench = makeBench(options);
        usb.emplace(bench->board(1));
    }
    std::uint32_t submit(std::uint8_t endpoint, Octets out, std::size_t room = 0, UsbSetup setup = {}) {
        usb->submit({++last, endpoint, setup, std::move(out), room, false});
        return last;
    }
    std::optional<UsbUrbEnd> transfer(std::uint8_t endpoint, Octets out, std::size_t room = 0) {
        submit(endpoint, std::move(out), room);
        return usb->reap();
    }
    UsbUrbEnd control(UsbSetup setup, Octets out = {}) {
        submit(0, std::move(out), setup.length, setup);
        return usb->reap().value_or(UsbUrbEnd{0, UsbEndStatus::Gone, 0, {}});
    }
    static Octets command(std::uint8_t id, std::uint8_t size, std::vector<std::uint32_t> arguments = {},
                          std::uint32_t length = 0) {
        Octets bytes(32);
        const auto put = [&](std::size_t at, std::uint32_t value) {
            for (std::size_t i = 0; i < 4; ++i)
                bytes[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
        };
        put(0, 0x431FD10B);
        bytes[8] = id;
        bytes[9] = size;
        put(12, length);
        for (std::size_t i = 0; i < arguments.size(); ++i)
            put(16 + 4 * i, arguments[i]);
        return bytes;
    }
    Octets mass(std::uint8_t operation, std::uint8_t length) {
        Octets wrapper(31);
        wrapper[0] = 'U', wrapper[1] = 'S', wrapper[2] = 'B', wrapper[3] = 'C';
        wrapper[4] = 7;
        wrapper[8] = length;
        wrapper[12] = 0x80;
        wrapper[14] = 6;
        wrapper[15] = operation;
        EXPECT_EQ(transfer(0x02, wrapper)->status, UsbEndStatus::Ok);
        return length == 0 ? Octets() : transfer(0x81, {}, length)->in;
    }
    std::uint8_t massStatus() { return transfer(0x81, {}, 13)->in.at(12); }

    std::unique_ptr<VirtualBench> bench;
    std::optional<PicoUsbDevice> usb;
    std::uint32_t last = 0;
};

TEST(PicoUsbDevice, Descriptors_AreCutToWhatTheHostAsksFor) {
    Device device(PicoState::Bootsel);
    EXPECT_THAT(device.control({0x80, 6, 0x0100, 0, 8}).in, SizeIs(8));
    EXPECT_THAT(device.control({0x80, 6, 0x0100, 0, 64}).in, SizeIs(18));
    EXPECT_THAT(device.control({0x80, 6, 0x0200, 0, 9}).in, SizeIs(9));
    EXPECT_THAT(device.control({0x80, 6, 0x0300, 0, 255}).in, ElementsAre(4, 3, 9, 4));
    EXPECT_THAT(device.control({0x80, 6, 0x0303, 0x0409, 255}).in, SizeIs(2 + 2 * 12));
    EXPECT_EQ(device.control({0x80, 6, 0x0304, 0x0409, 255}).status, UsbEndStatus::Stall);
    EXPECT_EQ(device.control({0x80, 6, 0x0F00, 0, 255}).status, UsbEndStatus::Stall); // of USB 1.1
    EXPECT_EQ(device.control({0x80, 6, 0x0600, 0, 10}).status, UsbEndStatus::Stall);  // full speed alone
}

TEST(PicoUsbDevice, MicrosoftDescriptors_ComeByTheRequestThatTheStoreNames) {
    Device device(PicoState::TestFirmware);
    const auto store = device.control({0x80, 6, 0x0F00, 0, 255}).in;
    const auto code = store.at(31);
    const auto set = device.control({0xC0, code, 0, 7, 4096});
    EXPECT_EQ(set.in.size(), std::size_t{store.at(29)} | store.at(30) << 8U);
    EXPECT_EQ(device.control({0xC0, code, 0, 4, 4096}).status, UsbEndStatus::Stall);
}

TEST(PicoUsbDevice, PicobootCommand_IsAcknowledgedByAnEmptyPacket) {
    Device device(PicoState::Bootsel);
    EXPECT_EQ(device.transfer(picobootOut, Device::command(0x06, 0))->moved, 32U);
    const auto acknowledged = device.transfer(picobootIn, {}, 64);
    EXPECT_EQ(acknowledged->status, UsbEndStatus::Ok);
    EXPECT_EQ(acknowledged->moved, 0U);
}

TEST(PicoUsbDevice, ReceiveWithoutAnswer_StaysPendingUntilItIsTakenBack) {
    Device device(PicoState::Bootsel);
    const auto id = device.submit(picobootIn, {}, 64);
    EXPECT_FALSE(device.usb->reap());
    EXPECT_TRUE(device.usb->unlink(id));
    EXPECT_FALSE(device.usb->unlink(id));
    EXPECT_EQ(device.transfer(picobootOut, Device::command(0x06, 0))->status, UsbEndStatus::Ok);
    EXPECT_EQ(device.transfer(picobootIn, {}, 64)->status, UsbEndStatus::Ok);
}

TEST(PicoUsbDevice, ReceiveBeforeTheCommand_EndsWithItsAnswer) {
    Device device(PicoState::Bootsel);
    const auto early = device.submit(picobootIn, {}, 4);
    EXPECT_FALSE(device.usb->reap());
    device.submit(picobootOut, Device::command(0x84, 8, {0x10, 4}, 4));
    EXPECT_EQ(device.usb->reap()->moved, 32U);
    const auto answer = device.usb->reap();
    EXPECT_EQ(answer->id, early);
    EXPECT_THAT(answer->in, ElementsAre('M', 'u', 1, 2));
}

TEST(PicoUsbDevice, UnknownCommand_HaltsBothPipesUntilTheyAreCleared) {
    Device device(PicoState::Bootsel);
    EXPECT_EQ(device.transfer(picobootOut, Device::command(0x33, 0))->status, UsbEndStatus::Ok);
    EXPECT_EQ(device.transfer(picobootOut, Device::command(0x06, 0))->status, UsbEndStatus::Stall);
    EXPECT_EQ(device.transfer(picobootIn, {}, 64)->status, UsbEndStatus::Stall);
    EXPECT_THAT(device.control({0x82, 0, 0, picobootIn, 2}).in, ElementsAre(1, 0));
    EXPECT_THAT(device.control({0xC1, 0x42, 0, 1, 16}).in[4], 1); // unknown command
    device.control({0x02, 1, 0, picobootOut, 0});
    device.control({0x02, 1, 0, picobootIn, 0});
    EXPECT_EQ(device.control({0x41, 0x41, 0, 1, 0}).status, UsbEndStatus::Ok);
    EXPECT_THAT(device.control({0x82, 0, 0, picobootIn, 2}).in, ElementsAre(0, 0));
    EXPECT_EQ(device.transfer(picobootOut, Device::command(0x06, 0))->status, UsbEndStatus::Ok);
}

TEST(PicoUsbDevice, SetConfiguration_MakesTheFlashDeafUntilExitXip) {
    Device device(PicoState::Bootsel);
    const auto erase = [&] {
        device.transfer(picobootOut, Device::command(0x03, 8, {0x10000000, 4096}));
        EXPECT_EQ(device.transfer(picobootIn, {}, 64)->status, UsbEndStatus::Ok);
    };
    auto& flash = device.bench->board(1).rom().flash();
    flash.bytes()[0] = std::byte{0};
    device.transfer(picobootOut, Device::command(0x06, 0));
    device.transfer(picobootIn, {}, 64);
    EXPECT_EQ(device.control({0x00, 9, 1, 0, 0}).status, UsbEndStatus::Ok);
    erase();
    EXPECT_EQ(flash.at(0), std::byte{0}); // acknowledged all the same
    device.transfer(picobootOut, Device::command(0x06, 0));
    device.transfer(picobootIn, {}, 64);
    erase();
    EXPECT_EQ(flash.at(0), std::byte{0xFF});
}

TEST(PicoUsbDevice, EmptyPacketAfterAWrite_IsNotTakenBeforeTheAcknowledgement) {
    Device device(PicoState::Bootsel);
    device.transfer(picobootOut, Device::command(0x05, 8, {0x20000000, 64}, 64));
    device.usb->submit({99, picobootOut, {}, Octets(64, 0x11), 0, true});
    EXPECT_FALSE(device.usb->reap()); // the packet waits, and the transfer with it
    EXPECT_EQ(device.transfer(picobootIn, {}, 64)->moved, 0U);
    EXPECT_EQ(device.usb->reap()->id, 99U);
    EXPECT_EQ(device.transfer(picobootOut, Device::command(0x06, 0))->status,
              UsbEndStatus::Stall); // as a command it is none
    EXPECT_EQ(device.bench->board(1).rom().ram()[0], std::byte{0x11});
}

TEST(PicoUsbDevice, Reboot_EndsWhatIsPendingAsGone) {
    Device device(PicoState::Bootsel);
    device.transfer(picobootOut, Device::command(0x02, 12, {0, 0x20042000, 20}));
    EXPECT_EQ(device.transfer(picobootIn, {}, 64)->status, UsbEndStatus::Ok);
    device.submit(picobootIn, {}, 64);
    EXPECT_FALSE(device.usb->reap());
    EXPECT_TRUE(device.usb->attached());
    (void)device.bench->board(1).sleepFor(seconds(1), {});
    EXPECT_FALSE(device.usb->attached());
    EXPECT_EQ(device.usb->reap()->status, UsbEndStatus::Gone);
}

TEST(PicoUsbDevice, Drive_HasNoMedium) {
    Device device(PicoState::Bootsel);
    EXPECT_EQ(device.mass(0x12, 36).size(), 36U); // INQUIRY
    EXPECT_EQ(device.massStatus(), 0);
    device.mass(0x00, 0); // TEST UNIT READY
    EXPECT_EQ(device.massStatus(), 1);
    const auto sense = device.mass(0x03, 18);
    EXPECT_EQ(sense.at(2), 0x02);
    EXPECT_EQ(sense.at(12), 0x3A);
    EXPECT_EQ(device.massStatus(), 0);
    EXPECT_TRUE(device.mass(0x25, 8).empty()); // READ CAPACITY
    EXPECT_EQ(device.massStatus(), 1);
    EXPECT_THAT(device.control({0xA1, 0xFE, 0, 0, 1}).in, ElementsAre(0));
}

TEST(PicoUsbDevice, GarbageToTheDrive_StallsUntilItsReset) {
    Device device(PicoState::Bootsel);
    EXPECT_EQ(device.transfer(0x02, Octets(5))->status, UsbEndStatus::Stall);
    EXPECT_EQ(device.transfer(0x81, {}, 13)->status, UsbEndStatus::Stall);
    EXPECT_EQ(device.control({0x21, 0xFF, 0, 0, 0}).status, UsbEndStatus::Ok);
    EXPECT_EQ(device.mass(0x12, 36).size(), 36U);
}

TEST(PicoUsbDevice, FrameOfTheFirmware_GoesInAndOutInPackets) {
    Device device(PicoState::TestFirmware);
    std::vector<std::uint8_t> frame(wire::frameLimit);
    frame.resize(wire::writeMessage(
        frame, {.kind = wire::Kind::Request, .opcode = wire::Opcode::Hello, .tag = 5}, wire::HelloRequest{}));
    EXPECT_EQ(device.transfer(wire::usbEndpointOut, frame)->moved, frame.size());
    Octets answer;
    for (std::size_t size = 64; size == 64;) {
        const auto packet = device.transfer(wire::usbEndpointIn, {}, 64);
        size = packet->in.size();
        answer.insert(answer.end(), packet->in.begin(), packet->in.end());
    }
    const auto read = wire::readFrame(answer);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->header.tag, 5);
    EXPECT_EQ(wire::decode<wire::HelloDone>(read->payload)->flags, wire::flagVirtual);
}

TEST(PicoUsbDevice, ResetRequest_IsAcknowledgedAndTheBoardGoes) {
    Device device(PicoState::TestFirmware);
    EXPECT_EQ(device.control({0x21, 1, 1, 1, 0}).status, UsbEndStatus::Ok);
    auto& board = device.bench->board(1);
    (void)board.sleepFor(seconds(1), {});
    EXPECT_EQ(board.state(), PicoState::Bootsel);
    EXPECT_EQ(board.identity().withoutInterfaces, 1);
    device.usb.emplace(board);
    EXPECT_EQ(device.control({0xC1, 0x42, 0, 0, 16}).in.size(), 16U); // PICOBOOT is interface 0 now
}

TEST(PicoUsbDevice, WrongRequestsAndEndpoints_Stall) {
    for (const auto state : {PicoState::Bootsel, PicoState::TestFirmware, PicoState::OtherFirmware}) {
        Device device(state);
        EXPECT_EQ(device.transfer(0x0E, {1, 2, 3})->status, UsbEndStatus::Stall);
        EXPECT_EQ(device.transfer(0x8E, {}, 64)->status, UsbEndStatus::Stall);
        EXPECT_EQ(device.control({0x41, 0x77, 0, 0, 0}).status, UsbEndStatus::Stall);
        EXPECT_EQ(device.control({0x21, 0x77, 0, 9, 0}).status, UsbEndStatus::Stall);
        EXPECT_EQ(device.control({0x00, 9, 2, 0, 0}).status, UsbEndStatus::Stall);
        EXPECT_EQ(device.control({0x02, 1, 0, 0x8E, 0}).status, UsbEndStatus::Stall);
    }
}

} // namespace
} // namespace framegate::simulation
