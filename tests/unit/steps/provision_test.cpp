// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "bench/fixture_board.h"
#include "camera/camera.h"
#include "simulation/program_name.h"
#include "simulation/virtual_bench.h"
#include "steps/registry.h"
#include "support/faulty_usb.h"
#include "support/firmware_files.h"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <tuple>
#include <utility>

namespace framegate {
namespace {

using simulation::BootselChip;
using simulation::PicoState;
using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr std::size_t imageBytes = 40 * 1024;

test::Bytes productFor(BootselChip chip, std::uint32_t seed) {
    return chip == BootselChip::Rp2040 ? test::rp2040Flash(imageBytes, seed)
                                       : test::rp2350Program(imageBytes, seed);
}

ShippingFirmware shipping(const test::Bytes& program, std::uint32_t address, std::uint32_t family) {
    ShippingFirmware firmware;
    firmware.file = "product.uf2";
    const auto bytes = test::uf2Of(program, address, family);
    firmware.sha256 = sha256Hex(bytes);
    firmware.bytes = std::make_shared<const test::Bytes>(bytes);
    return firmware;
}

ShippingFirmware shippingFor(BootselChip chip) {
    return shipping(productFor(chip, 1), 0x10000000, chip == BootselChip::Rp2040 ? 0xE48BFF56 : 0xE48BFF59);
}

TestPlan planWith(const ShippingFirmware& firmware) {
    TestPlan plan;
    StepSpec step{"provision", {}, 1, 20};
    step.firmware = firmware;
    plan.main = {{"greet-board", {}, 1, 10}, step};
    return plan;
}

/// A slot with a board that runs the test firmware, ready for the step. Between it and the boot ROM a
/// transfer may go wrong.
class Slot {
public:
    explicit Slot(simulation::BootselOptions pico, test::UsbFaultPlan fault = {}) : fault_(fault) {
        simulation::BenchOptions options;
        options.pico = std::move(pico);
        bench = *simulation::VirtualBench::create(options);
    }
    simulation::BootselDevice& rom() { return bench->board(1).rom(); }
    int transfers() const { return fault_.count; }
    Result<StepFinding> provision(const ShippingFirmware& firmware) {
        const auto plan = planWith(firmware);
        const SlotLayout layout{1, UsbPortPath(1, {1})};
        auto transport = bench->open(layout.port, firmwareInterface);
        if (!transport) return passOn(transport);
        FixtureBoard board(std::move(*transport));
        Camera camera(board, plan.sensor, plan.board, plan.timing);
        BoardHello hello;
        StepContext context{plan, camera, hello, Deadline::after(board.clock(), std::chrono::minutes(5)), {}};
        test::FaultyBackend faulty(*bench, fault_);
        const SlotAccess access{faulty, layout};
        context.slot = &access;
        return provisionStep().run(context, plan.main.back(), std::nullopt);
    }
    bool holds(const test::Bytes& program) {
        return std::equal(program.begin(), program.end(), rom().flash().bytes().begin());
    }
    std::unique_ptr<simulation::VirtualBench> bench;

private:
    test::UsbFaultPlan fault_;
};

simulation::BootselOptions boardOf(BootselChip chip) {
    simulation::BootselOptions options;
    options.chip = chip;
    return options;
}

double readingOf(const StepFinding& finding, std::string_view name) {
    const auto found = std::find_if(finding.readings.begin(), finding.readings.end(),
                                    [&](const Reading& reading) { return reading.name == name; });
    return found == finding.readings.end() ? -1 : found->value;
}

class Provisioning : public ::testing::TestWithParam<BootselChip> {};

TEST_P(Provisioning, GoodBoard_RunsTheProduct) {
    Slot slot(boardOf(GetParam()));
    const auto firmware = shippingFor(GetParam());
    const auto finding = slot.provision(firmware);
    ASSERT_TRUE(finding) << finding.error().message;
    EXPECT_EQ(finding->failureCode, "");
    EXPECT_TRUE(slot.holds(productFor(GetParam(), 1)));
    EXPECT_EQ(slot.bench->board(1).state(), PicoState::OtherFirmware);
    EXPECT_EQ(readingOf(*finding, "provision_tries"), 1);
    EXPECT_EQ(readingOf(*finding, "provision_written"), imageBytes);
    EXPECT_GT(readingOf(*finding, "provision_time"), 0.1);
    const auto head =
        fmt::format("{:012x}", static_cast<std::uint64_t>(readingOf(*finding, "provision_image")));
    EXPECT_EQ(head, firmware.sha256.substr(0, 12));
}

TEST_P(Provisioning, ThatShallNotStart_LeavesTheBoardInBootsel) {
    Slot slot(boardOf(GetParam()));
    auto firmware = shippingFor(GetParam());
    firmware.start = false;
    ASSERT_TRUE(slot.provision(firmware));
    EXPECT_EQ(slot.bench->board(1).state(), PicoState::Bootsel);
    EXPECT_TRUE(slot.holds(productFor(GetParam(), 1)));
}

TEST_P(Provisioning, StuckBit_IsTheUnitsFault) {
    auto options = boardOf(GetParam());
    const auto product = productFor(GetParam(), 1);
    std::uint32_t at = 0x5123;
    while ((product[at] & std::byte{0x08}) == std::byte{0})
        ++at;
    options.stuckBit = simulation::StuckBit{at, 0x08, false};
    Slot slot(options);
    const auto finding = slot.provision(shippingFor(GetParam()));
    ASSERT_TRUE(finding) << finding.error().message;
    EXPECT_EQ(finding->failureCode, "PROVISION_VERIFY");
    EXPECT_THAT(finding->failureDetail, HasSubstr(fmt::format("0x{:08x} reads back as", 0x10000000 + at)));
    EXPECT_EQ(readingOf(*finding, "provision_tries"), 2);
    EXPECT_EQ(slot.bench->board(1).state(), PicoState::Bootsel);
}

TEST_P(Provisioning, IgnoredErase_IsTheUnitsFault) {
    auto options = boardOf(GetParam());
    options.deadSector = 0;
    Slot slot(options);
    const auto finding = slot.provision(shippingFor(GetParam()));
    ASSERT_TRUE(finding) << finding.error().message;
    EXPECT_EQ(finding->failureCode, "PROVISION_VERIFY");
}

TEST_P(Provisioning, FlashThatIsTooSmall_IsNoVerdict) {
    auto options = boardOf(GetParam());
    options.flashBytes = 64 * 1024;
    options.otpKnowsFlashSize = true;
    Slot slot(options);
    auto program =
        GetParam() == BootselChip::Rp2040 ? test::rp2040Flash(70000, 1) : test::rp2350Program(70000, 1);
    const auto finding = slot.provision(
        shipping(program, 0x10000000, GetParam() == BootselChip::Rp2040 ? 0xE48BFF56 : 0xE48BFF59));
    ASSERT_FALSE(finding);
    EXPECT_EQ(finding.error().code, "FLASH_SIZE");
    EXPECT_NE(finding.error().kind, ErrorKind::Module);
}

TEST_P(Provisioning, PowerLostAtAnyCommand_IsNoVerdictAndNeverHalfAProgram) {
    Slot whole(boardOf(GetParam()));
    ASSERT_TRUE(whole.provision(shippingFor(GetParam())));
    const auto commands = whole.rom().commands();
    ASSERT_GT(commands, 10U);
    for (unsigned at = 0; at < commands; ++at) {
        auto options = boardOf(GetParam());
        options.losesPowerAtCommand = at;
        Slot slot(options);
        const auto finding = slot.provision(shippingFor(GetParam()));
        ASSERT_FALSE(finding) << at;
        EXPECT_NE(finding.error().kind, ErrorKind::Module) << at;
        slot.rom().powerCycle(false);
        if (slot.rom().state() == simulation::BoardState::Bootsel) continue;
        EXPECT_TRUE(slot.holds(productFor(GetParam(), 1)) ||
                    slot.holds(simulation::namedProgram(simulation::testFirmwareName)))
            << at;
    }
}

class ProvisioningHit : public ::testing::TestWithParam<std::tuple<BootselChip, test::UsbFault>> {};

TEST_P(ProvisioningHit, AnyTransfer_IsNoVerdict) {
    const auto [chip, fault] = GetParam();
    Slot whole(boardOf(chip));
    ASSERT_TRUE(whole.provision(shippingFor(chip)));
    ASSERT_GT(whole.transfers(), 20);
    for (int at = 0; at < whole.transfers(); ++at) {
        Slot slot(boardOf(chip), {fault, at});
        const auto finding = slot.provision(shippingFor(chip));
        if (!finding) {
            EXPECT_THAT(finding.error().kind, AnyOf(ErrorKind::Usb, ErrorKind::Timeout,
                                                    ErrorKind::Disconnected, ErrorKind::Protocol))
                << at << ": " << finding.error().message;
        } else {
            EXPECT_EQ(finding->failureCode, "") << at;
            EXPECT_TRUE(slot.holds(productFor(chip, 1))) << at;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Chips, Provisioning, ::testing::Values(BootselChip::Rp2040, BootselChip::Rp2350),
                         [](const auto& param) {
                             return std::string(param.param == BootselChip::Rp2040 ? "RP2040" : "RP2350");
                         });
INSTANTIATE_TEST_SUITE_P(All, ProvisioningHit,
                         ::testing::Combine(::testing::Values(BootselChip::Rp2040, BootselChip::Rp2350),
                                            ::testing::Values(test::UsbFault::Stall, test::UsbFault::Timeout,
                                                              test::UsbFault::ShortPacket,
                                                              test::UsbFault::Disconnect)));

TEST(ProvisionInAPlan, MustBeTheLastMainStepAndHaveItsFile) {
    const auto plan = planWith(shippingFor(BootselChip::Rp2040));
    EXPECT_TRUE(provisionStep().check(plan, plan.main.back()));
    auto twice = plan;
    twice.main.insert(twice.main.begin(), plan.main.back());
    EXPECT_THAT(provisionStep().check(twice, twice.main.back()).error().message,
                HasSubstr("must be the last"));
    auto first = plan;
    std::swap(first.main[0], first.main[1]);
    EXPECT_THAT(provisionStep().check(first, first.main[0]).error().message, HasSubstr("must be the last"));
    auto bare = plan;
    bare.main.back().firmware.reset();
    EXPECT_THAT(provisionStep().check(bare, bare.main.back()).error().message, HasSubstr("needs firmware"));
}

TEST(ProvisionInAPlan, FirmwareThatCannotShip_IsRefused) {
    const auto refused = [](const ShippingFirmware& firmware) {
        const auto plan = planWith(firmware);
        return provisionStep().check(plan, plan.main.back()).error();
    };
    auto program = test::rp2040Flash(imageBytes, 1);
    EXPECT_THAT(refused(shipping(program, 0x20000000, 0xE48BFF56)).message,
                HasSubstr("must be made for flash"));
    program[3] ^= std::byte{1};
    EXPECT_EQ(refused(shipping(program, 0x10000000, 0xE48BFF56)).code, "FIRMWARE_BOOT_CRC");
    auto nothing = shippingFor(BootselChip::Rp2040);
    nothing.bytes = std::make_shared<const test::Bytes>(test::noise(600, 1));
    EXPECT_EQ(refused(nothing).code, "FIRMWARE_FORMAT");
}

} // namespace
} // namespace framegate
