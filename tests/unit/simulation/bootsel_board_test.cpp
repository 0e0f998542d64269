// SPDX-License-Identifier: GPL-3.0-or-later
//
// The simulated boot ROM against what the real one was seen to do: raw packets, none of app/boot.
#include "simulation/bootsel_board.h"

#include <array>
#include <gtest/gtest.h>

namespace framegate::simulation {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::byte>;

void put(std::span<std::byte> bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<std::byte>(value >> 8 * i & 0xFF);
}
std::uint32_t get(std::span<const std::byte> bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return value;
}

/// Sends packets as picotool does, unused arguments full of rubbish.
class Rom {
public:
    explicit Rom(BootselChip chip = BootselChip::Rp2040, BootselOptions options = {})
        : bench_({withChip(options, chip)}), usb_(*bench_.open(BootselBench::port(0), {0xFF, 0, 0})) {}

    Deadline in(std::chrono::nanoseconds limit = 3s) { return Deadline::after(usb_->clock(), limit); }
    Result<> command(std::uint8_t id, std::uint8_t size, std::uint32_t length,
                     std::vector<std::uint32_t> arguments, std::uint32_t magic = 0x431FD10B) {
        Bytes packet(32, std::byte{0xEE});
        put(packet, 0, magic);
        put(packet, 4, 77);
        packet[8] = static_cast<std::byte>(id);
        packet[9] = static_cast<std::byte>(size);
        put(packet, 12, length);
        for (std::size_t i = 0; i < arguments.size(); ++i)
            put(packet, 16 + 4 * i, arguments[i]);
        return usb_->send(packet, in(), {});
    }
    Result<std::size_t> receive(std::size_t size = 64, std::chrono::nanoseconds limit = 3s) {
        data.resize(size);
        return usb_->receive(data, in(limit), {});
    }
    Result<> send(const Bytes& bytes) { return usb_->send(bytes, in(), {}); }
    bool noData(std::uint8_t id, std::uint8_t size, std::vector<std::uint32_t> arguments) {
        if (!command(id, size, 0, std::move(arguments))) return false;
        const auto got = receive(64, 10s);
        return got && *got == 0;
    }
    bool exitXip() { return noData(0x06, 0, {}); }
    bool erase(std::uint32_t address, std::uint32_t size) { return noData(0x03, 8, {address, size}); }
    std::uint32_t status() {
        std::array<std::byte, 16> bytes{};
        EXPECT_TRUE(usb_->control({0xC1, 0x42, 0, 0}, bytes, in(), {}));
        inProgress = bytes[9] != std::byte{0};
        EXPECT_TRUE(get(bytes, 0) == 77 || get(bytes, 0) == 0);
        return get(bytes, 4);
    }
    bool halted(std::uint16_t endpoint) {
        std::array<std::byte, 2> bytes{};
        EXPECT_TRUE(usb_->control({0x82, 0, 0, endpoint}, bytes, in(), {}));
        return bytes[0] != std::byte{0};
    }
    void reset() { EXPECT_TRUE(usb_->control({0x41, 0x41, 0, 0}, {}, in(), {})); }
    double ms() { return std::chrono::duration<double, std::milli>(usb_->clock().now().sinceZero).count(); }
    UsbTransport& usb() { return *usb_; }
    BootselDevice& device() { return bench_.device(0); }
    BootselBench& bench() { return bench_; }

    Bytes data;
    bool inProgress = false;

private:
    static BootselOptions withChip(BootselOptions options, BootselChip chip) {
        options.chip = chip;
        return options;
    }
    BootselBench bench_;
    std::unique_ptr<UsbTransport> usb_;
};

constexpr std::uint32_t flash = 0x10000000;
constexpr std::uint32_t ram = 0x20000000;

TEST(BootselRp2040, BadErase_IsAcknowledgedAndDoesNothing) {
    Rom rom;
    ASSERT_TRUE(rom.exitXip());
    rom.device().flash().bytes()[0] = std::byte{0};
    EXPECT_TRUE(rom.erase(flash + 1, 4096));
    EXPECT_EQ(rom.status(), 0U);
    EXPECT_TRUE(rom.erase(ram, 4096));
    EXPECT_EQ(rom.status(), 0U);
    EXPECT_EQ(rom.device().flash().at(0), std::byte{0});
}

TEST(BootselRp2040, EraseBeforeExitXip_SucceedsAtOnceAndDoesNothing) {
    Rom rom;
    rom.device().flash().bytes()[0] = std::byte{0};
    const auto before = rom.ms();
    EXPECT_TRUE(rom.erase(flash, 4096));
    EXPECT_NEAR(rom.ms() - before, 0.15, 0.05);
    EXPECT_EQ(rom.device().flash().at(0), std::byte{0});
    ASSERT_TRUE(rom.exitXip());
    EXPECT_TRUE(rom.erase(flash, 4096));
    EXPECT_EQ(rom.device().flash().at(0), std::byte{0xFF});
}

TEST(BootselRp2040, UnalignedShortWrite_ShowsOnlyInTheStatus) {
    Rom rom;
    ASSERT_TRUE(rom.exitXip());
    ASSERT_TRUE(rom.command(0x05, 8, 64, {flash + 1, 64}));
    EXPECT_TRUE(rom.send(Bytes(64)));
    EXPECT_EQ(rom.receive().error().code, "USB_TIMEOUT");
    EXPECT_EQ(rom.status(), 5U);
    EXPECT_FALSE(rom.halted(0x03) || rom.halted(0x84));
}

TEST(BootselRp2040, LongWriteToABadAddress_StallsOut) {
    Rom rom;
    ASSERT_TRUE(rom.command(0x05, 8, 1024, {0x30000000, 1024}));
    EXPECT_EQ(rom.send(Bytes(1024)).error().code, "USB_STALL");
    EXPECT_EQ(rom.status(), 4U);
    EXPECT_TRUE(rom.halted(0x03));
    EXPECT_FALSE(rom.halted(0x84));
}

TEST(BootselRp2040, BadRead_StallsInOnly) {
    Rom rom;
    ASSERT_TRUE(rom.command(0x84, 8, 256, {flash + 1, 256}));
    EXPECT_EQ(rom.receive(256).error().code, "USB_STALL");
    EXPECT_EQ(rom.status(), 5U);
    EXPECT_FALSE(rom.halted(0x03));
}

TEST(BootselRp2040, WrongCommands_HaltBothWays) {
    const std::tuple<std::uint8_t, std::uint8_t, std::uint32_t, std::uint32_t> wrong[] = {
        {0x0A, 16, 0, 1}, {0x03, 7, 0, 2}, {0x06, 0, 64, 3}, {0x05, 8, 32, 3}};
    for (const auto& [id, size, length, status] : wrong) {
        Rom rom;
        ASSERT_TRUE(rom.command(id, size, length, {ram, 64}));
        EXPECT_EQ(rom.status(), status);
        EXPECT_TRUE(rom.halted(0x03) && rom.halted(0x84));
    }
}

TEST(BootselRp2040, WrongMagic_HaltsWithoutAStatus) {
    Rom rom;
    ASSERT_TRUE(rom.command(0x06, 0, 0, {}, 0x12345678));
    EXPECT_EQ(rom.status(), 0U);
    EXPECT_TRUE(rom.halted(0x03) && rom.halted(0x84));
    rom.reset();
    EXPECT_FALSE(rom.halted(0x03) || rom.halted(0x84));
}

TEST(BootselRp2040, StatusDuringAnErase_SaysInProgress) {
    Rom rom;
    ASSERT_TRUE(rom.exitXip());
    ASSERT_TRUE(rom.command(0x03, 8, 0, {flash, 65536}));
    EXPECT_EQ(rom.status(), 0U);
    EXPECT_TRUE(rom.inProgress);
    EXPECT_EQ(rom.receive(64, 100ms).error().code, "USB_TIMEOUT");
    EXPECT_TRUE(rom.receive(64, 10s));
    rom.status();
    EXPECT_FALSE(rom.inProgress);
}

TEST(BootselRp2040, ResetDuringAnErase_AbortsUntilExitXip) {
    Rom rom;
    ASSERT_TRUE(rom.exitXip());
    ASSERT_TRUE(rom.command(0x03, 8, 0, {flash, 65536}));
    rom.reset();
    rom.device().flash().bytes()[0] = std::byte{0};
    EXPECT_TRUE(rom.erase(flash, 4096));
    EXPECT_EQ(rom.device().flash().at(0), std::byte{0});
}

TEST(BootselRp2040, CommandBeforeTheAcknowledgement_IsNotTaken) {
    Rom rom;
    ASSERT_TRUE(rom.command(0x06, 0, 0, {}));
    EXPECT_EQ(rom.command(0x06, 0, 0, {}).error().code, "USB_TIMEOUT");
}

TEST(BootselRp2040, HaltClearedThatWasNone_LosesAPacket) {
    Rom rom;
    ASSERT_TRUE(rom.usb().clearHalt(UsbPipe::BulkOut, rom.in(), {}));
    ASSERT_TRUE(rom.command(0x06, 0, 0, {}));
    EXPECT_EQ(rom.receive().error().code, "USB_TIMEOUT");
    EXPECT_TRUE(rom.exitXip());
}

TEST(BootselRp2040, ShortLastPage_IsPaddedWithZeros) {
    Rom rom;
    ASSERT_TRUE(rom.exitXip());
    ASSERT_TRUE(rom.command(0x05, 8, 64, {flash, 64}));
    ASSERT_TRUE(rom.send(Bytes(64, std::byte{0x77})));
    ASSERT_TRUE(rom.receive());
    EXPECT_EQ(rom.device().flash().at(63), std::byte{0x77});
    EXPECT_EQ(rom.device().flash().at(64), std::byte{0});
    EXPECT_EQ(rom.device().flash().at(256), std::byte{0xFF});
}

TEST(BootselRp2040, Restart_ComesAfterHalfTheTime) {
    Rom rom;
    ASSERT_TRUE(rom.noData(0x02, 12, {0, 0x20042000, 500}));
    EXPECT_TRUE(rom.usb().clock().sleepFor(245ms, {}));
    EXPECT_EQ(rom.bench().devices()->size(), 1U);
    EXPECT_TRUE(rom.usb().clock().sleepFor(10ms, {}));
    EXPECT_EQ(rom.bench().devices()->size(), 0U);
    EXPECT_EQ(rom.command(0x06, 0, 0, {}).error().code, "USB_DISCONNECTED");
}

/// One command each on 64 KiB, in milliseconds, as measured on the real ROM.
TEST(BootselRp2040, Times_AreThoseOfTheRealRom) {
    Rom rom;
    ASSERT_TRUE(rom.exitXip());
    auto before = rom.ms();
    ASSERT_TRUE(rom.erase(flash, 65536));
    EXPECT_NEAR(rom.ms() - before, 720, 15);
    before = rom.ms();
    ASSERT_TRUE(rom.command(0x05, 8, 65536, {flash, 65536}) && rom.send(Bytes(65536)) && rom.receive());
    EXPECT_NEAR(rom.ms() - before, 294, 6);
    before = rom.ms();
    ASSERT_TRUE(rom.command(0x84, 8, 65536, {flash, 65536}) && rom.receive(65536) && rom.send({}));
    EXPECT_NEAR(rom.ms() - before, 187, 4);
    before = rom.ms();
    ASSERT_TRUE(rom.command(0x05, 8, 65536, {ram, 65536}) && rom.send(Bytes(65536)) && rom.receive());
    EXPECT_NEAR(rom.ms() - before, 75, 2);
}

TEST(BootselRp2350, AnyFailure_HaltsBothAndSaysWhy) {
    Rom rom(BootselChip::Rp2350);
    ASSERT_TRUE(rom.exitXip());
    ASSERT_TRUE(rom.command(0x03, 8, 0, {flash + 1, 4096}));
    EXPECT_EQ(rom.status(), 5U);
    EXPECT_TRUE(rom.halted(0x03) && rom.halted(0x84));
}

TEST(BootselRp2350, CommandsOfTheOlderChip_AreUnknown) {
    for (const auto& [id, size] : {std::pair<std::uint8_t, std::uint8_t>{0x02, 12}, {0x08, 4}, {0x09, 4}}) {
        Rom rom(BootselChip::Rp2350);
        ASSERT_TRUE(rom.command(id, size, 0, {}));
        EXPECT_EQ(rom.status(), 1U);
    }
}

TEST(BootselRp2350, SecureRestart_IsNotPermitted) {
    Rom rom(BootselChip::Rp2350);
    ASSERT_TRUE(rom.command(0x0A, 16, 0, {0xD, 10, ram, ram}));
    EXPECT_EQ(rom.status(), 10U);
}

TEST(BootselRp2350, FindingAPartition_OverwritesRam) {
    Rom rom(BootselChip::Rp2350);
    rom.device().ram()[0] = std::byte{0x11};
    ASSERT_TRUE(rom.command(0x8B, 16, 256, {3, 0xE48BFF59, 0, 0}) && rom.receive(256) && rom.send({}));
    EXPECT_EQ(get(rom.data, 0), 3U);
    EXPECT_NE(rom.device().ram()[0], std::byte{0x11});
}

TEST(BootselRp2350, A4_NeedsNoExitXip) {
    for (const unsigned version : {2U, 4U}) {
        BootselOptions options;
        options.romVersion = version;
        Rom rom(BootselChip::Rp2350, options);
        rom.device().flash().bytes()[0] = std::byte{0};
        EXPECT_TRUE(rom.erase(flash, 4096));
        EXPECT_EQ(rom.device().flash().at(0), version == 4 ? std::byte{0xFF} : std::byte{0});
    }
}

TEST(BootselBench, SerialNumbers_AreEqualOnRp2040Only) {
    BootselOptions old;
    BootselOptions young;
    young.chip = BootselChip::Rp2350;
    BootselBench bench({old, old, young, young});
    const auto devices = *bench.devices();
    ASSERT_EQ(devices.size(), 4U);
    EXPECT_EQ(devices[0].serial, devices[1].serial);
    EXPECT_NE(devices[2].serial, devices[3].serial);
    EXPECT_EQ(devices[0].product, 0x0003);
    EXPECT_EQ(devices[2].product, 0x000F);
}

TEST(BootselBench, OtherInterfaces_AreNotThere) {
    BootselBench bench({BootselOptions{}});
    EXPECT_EQ(bench.open(BootselBench::port(0), {0xFF, 0x46, 1}).error().code, "USB_NO_INTERFACE");
    EXPECT_EQ(bench.open(BootselBench::port(1), {0xFF, 0, 0}).error().code, "USB_NO_DEVICE");
}

} // namespace
} // namespace framegate::simulation
