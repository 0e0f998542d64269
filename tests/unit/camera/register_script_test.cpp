// SPDX-License-Identifier: GPL-3.0-or-later
#include "camera/register_script.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

SensorDescription bankedSensor() {
    SensorDescription sensor;
    sensor.bankRegister = 0xFF;
    return sensor;
}

std::vector<std::uint8_t> bytesOf(const RegisterScript::Part& part) {
    return {part.script.bytes().begin(), part.script.bytes().end()};
}

TEST(RegisterScript, WritesInOneBank_SelectItOnce) {
    const auto sensor = bankedSensor();
    RegisterScript script(sensor);
    script.write({{1, 0x12}, 0x80});
    script.write({{1, 0x11}, 0x01});
    ASSERT_EQ(script.parts().size(), 1U);
    EXPECT_THAT(bytesOf(script.parts().front()),
                testing::ElementsAre(1, 2, 0xFF, 1, 1, 2, 0x12, 0x80, 1, 2, 0x11, 0x01));
}

TEST(RegisterScript, SixteenBitAddress_GoesHighByteFirst) {
    SensorDescription sensor;
    sensor.addressBytes = 2;
    RegisterScript script(sensor);
    script.write({{0, 0x3008}, 0x80});
    EXPECT_THAT(bytesOf(script.parts().front()), testing::ElementsAre(1, 3, 0x30, 0x08, 0x80));
}

TEST(RegisterScript, LongScript_IsCutIntoPartsThatEachSelectTheirBank) {
    const auto sensor = bankedSensor();
    RegisterScript script(sensor);
    for (int i = 0; i < 2500; ++i)
        script.write({{1, 0x24}, static_cast<std::uint8_t>(i)});
    ASSERT_EQ(script.parts().size(), 3U);
    for (const auto& part : script.parts()) {
        EXPECT_LE(part.script.bytes().size(), wire::payloadLimit - 8);
        EXPECT_THAT(std::vector(part.script.bytes().begin(), part.script.bytes().begin() + 4),
                    testing::ElementsAre(1, 2, 0xFF, 1));
        EXPECT_EQ(part.checks.size(), part.script.operations());
    }
}

TEST(RegisterScript, Check_KnowsWhichRegisterItWas) {
    const auto sensor = bankedSensor();
    RegisterScript script(sensor);
    script.check({{0, 0x5A}, 0x50});
    const auto& checks = script.parts().front().checks;
    ASSERT_EQ(checks.size(), 2U);
    EXPECT_FALSE(checks[0]);
    EXPECT_EQ(checks[1].value().at.address, 0x5A);
}

} // namespace
} // namespace framegate
