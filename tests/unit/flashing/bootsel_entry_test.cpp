// SPDX-License-Identifier: GPL-3.0-or-later
#include "flashing/bootsel_entry.h"

#include "support/fake_clock.h"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const UsbPortPath port(1, {4});

/// A Pico with firmware of some kind. Its bulk pipes are mute; a control request that it knows takes it to
/// BOOTSEL, and is answered by an error, as the board is gone.
class RunningPico : public UsbBackend {
public:
    std::vector<UsbInterfaceMatch> interfaces;
    UsbDevice device{port, 0x2E8A, 0x000A, "E66118604B5F9A21", "a program"};
    bool obeys = true;
    std::vector<std::string> asked; ///< control requests
    test::FakeClock clock;

    Result<std::vector<UsbDevice>> devices() override {
        if (clock.now() < backAt_) return std::vector<UsbDevice>{};
        return std::vector{device};
    }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath&, UsbInterfaceMatch match) override {
        const auto fits = [&](const UsbInterfaceMatch& has) {
            return has.interfaceClass == match.interfaceClass && has.subclass == match.subclass &&
                   has.protocol == match.protocol && (has.needsPipes || !match.needsPipes);
        };
        if (std::any_of(interfaces.begin(), interfaces.end(), fits)) return std::make_unique<Mute>(*this);
        return failure(ErrorKind::NotFound, "USB_NO_INTERFACE", "no such interface");
    }
    Result<> restart(const UsbPortPath&, UsbInterfaceMatch, UsbControlRequest, std::chrono::nanoseconds,
                     std::stop_token) override {
        return {};
    }

private:
    struct Mute : UsbTransport {
        explicit Mute(RunningPico& pico) : pico_(pico) {}
        Clock& clock() override { return pico_.clock; }
        Result<> send(std::span<const std::byte>, Deadline, std::stop_token) override { return {}; }
        Result<std::size_t> receive(std::span<std::byte>, Deadline deadline, std::stop_token stop) override {
            (void)pico_.clock.sleepFor(deadline.left(pico_.clock), std::move(stop));
            return failure(ErrorKind::Timeout, "USB_TIMEOUT", "no answer");
        }
        Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline,
                                    std::stop_token) override {
            if (request.requestType != 0x21) return bytes.size();
            std::string text =
                fmt::format("{:02x} {:02x} {}", request.requestType, request.request, request.value);
            for (const auto byte : bytes)
                text += fmt::format(" {:02x}", std::to_integer<unsigned>(byte));
            pico_.asked.push_back(text);
            if (pico_.obeys) pico_.leave();
            return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "gone");
        }
        Result<> clearHalt(UsbPipe, Deadline, std::stop_token) override { return {}; }
        RunningPico& pico_;
    };
    void leave() {
        device.vendor = 0x2E8A;
        device.product = 0x0003;
        backAt_ = clock.now() + 700ms;
    }
    ClockTime backAt_;
};

constexpr UsbInterfaceMatch resetInterface{0xFF, 0x00, 0x01, false};
constexpr UsbInterfaceMatch serialPort{0x02, 0x02, 0x00, false};

TEST(BootselEntry, ResetInterface_IsAskedAndItsErrorCountsForNothing) {
    RunningPico pico;
    pico.interfaces = {resetInterface, serialPort};
    const auto there = bringToBootsel(pico, port, {});
    ASSERT_TRUE(there) << there.error().message;
    EXPECT_THAT(pico.asked, ElementsAre("21 01 1"));
    EXPECT_GE(pico.clock.now().sinceZero, 700ms);
}

TEST(BootselEntry, SerialPortAlone_IsOpenedAt1200Baud) {
    RunningPico pico;
    pico.interfaces = {serialPort};
    ASSERT_TRUE(bringToBootsel(pico, port, {}));
    EXPECT_THAT(pico.asked, ElementsAre("21 20 0 b0 04 00 00 00 00 08"));
}

TEST(BootselEntry, TestFirmwareThatDoesNotAnswer_GoesByTheResetInterface) {
    RunningPico pico;
    pico.device.vendor = wire::usbVendor;
    pico.device.product = wire::usbProduct;
    pico.interfaces = {firmwareInterface, resetInterface};
    const auto there = bringToBootsel(pico, port, {});
    ASSERT_TRUE(there) << there.error().message;
    EXPECT_THAT(pico.asked, ElementsAre("21 01 1"));
    EXPECT_LT(pico.clock.now().sinceZero, 30s);
}

TEST(BootselEntry, BoardThatStays_IsReportedInBoundedTime) {
    RunningPico pico;
    pico.interfaces = {resetInterface};
    pico.obeys = false;
    const auto there = bringToBootsel(pico, port, {});
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error().code, "BOOTSEL_NOT_REACHED");
    EXPECT_LT(pico.clock.now().sinceZero, 25s);
}

TEST(BootselEntry, FirmwareWithoutAWay_IsNamedWithWhatToDo) {
    RunningPico pico;
    const auto there = bringToBootsel(pico, port, {});
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error().code, "BOOTSEL_NO_WAY");
    EXPECT_THAT(there.error().message, HasSubstr("2e8a:000a \"a program\""));
    EXPECT_THAT(there.error().message, HasSubstr("plug it in with BOOTSEL held"));
}

TEST(BootselEntry, BoardInBootsel_IsLeftAlone) {
    RunningPico pico;
    pico.device.product = 0x000F;
    pico.interfaces = {resetInterface};
    ASSERT_TRUE(bringToBootsel(pico, port, {}));
    EXPECT_THAT(pico.asked, IsEmpty());
}

TEST(BootselEntry, Stop_EndsTheWait) {
    RunningPico pico;
    pico.interfaces = {resetInterface};
    pico.obeys = false;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(bringToBootsel(pico, port, stop.get_token()).error().kind, ErrorKind::Cancelled);
}

} // namespace
} // namespace framegate
