// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shipped files with seeded damage: each is read or refused with its place, and nothing else happens.
#include "config/readers.h"
#include "config_folder.h"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace framegate::config {
namespace {

constexpr int rounds = 400;

/// Damages text in ways that a careless hand or a bad disk does.
class Damage {
public:
    explicit Damage(std::uint32_t seed) : random_(seed) {}

    std::string done(std::string text) {
        const auto times = 1 + below(3);
        for (std::size_t i = 0; i < times; ++i)
            once(text);
        return text;
    }

private:
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

    void once(std::string& text) {
        static constexpr std::array<std::string_view, 20> tokens = {
            "[", "]",     "{",  "}",     "\"",   "'",     "\"\"\"", "=",       ".",          "\n",
            "#", "0x1ff", "-1", "1e400", "true", "[[a]]", "\xff",   "\\u0000", "1979-05-27", ","};
        const auto at = below(text.size());
        switch (below(5)) {
        case 0:
            text.erase(at, 1 + below(20));
            break;
        case 1:
            text.insert(at, tokens[below(tokens.size())]);
            break;
        case 2:
            text.insert(at, text.substr(below(text.size()), below(200)));
            break;
        case 3:
            text[at] = static_cast<char>(below(256));
            break;
        default:
            text.resize(at);
            break;
        }
    }

    std::mt19937 random_;
};

template <class T>
void expectPlaced(const Result<T>& result) {
    if (result) return;
    EXPECT_EQ(result.error().code, "CONFIG");
    EXPECT_EQ(result.error().message.rfind("damaged:", 0), 0U) << result.error().message;
}

class Mutation : public testing::TestWithParam<const char*> {};

TEST_P(Mutation, DamagedFile_IsReadOrRefusedWithItsPlace) {
    const auto text = shippedText(GetParam());
    Damage damage(7);
    int refused = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto document = Document::parse(damage.done(text), "damaged");
        expectPlaced(document);
        if (!document) ++refused;
        if (!document) continue;
        expectPlaced(sensorOf(*document));
        expectPlaced(boardOf(*document));
        expectPlaced(limitsOf(*document));
        expectPlaced(stationOf(*document));
    }
    EXPECT_GT(refused, rounds / 10);
    EXPECT_LT(refused, rounds);
}

INSTANTIATE_TEST_SUITE_P(Files, Mutation,
                         testing::Values("sensors/ov2640.toml", "boards/mini-2mp-plus.toml",
                                         "limits/ov2640.toml", "stations/bench-4.toml"));

TEST(MutatedPlan, DamagedFile_IsReadOrRefused) {
    ConfigFolder folder;
    for (const char* name : {"sensors/ov2640.toml", "boards/mini-2mp-plus.toml", "limits/ov2640.toml"})
        folder.write(name, shippedText(name));
    const auto text = shippedText("plans/ov2640.toml");
    Damage damage(13);
    for (int round = 0; round < rounds / 4; ++round) {
        const auto plan = readPlan(folder.write("plans/p.toml", damage.done(text)));
        if (plan) continue;
        EXPECT_THAT(plan.error().code, testing::AnyOf("CONFIG", "FILE_READ"));
    }
}

TEST(MutatedSerials, AnyBytes_AreReadOrRefusedWithTheirPlace) {
    Damage damage(11);
    for (int round = 0; round < rounds; ++round)
        expectPlaced(serialsOf(damage.done("FG-1\r\nFG-2\n# three\n\nFG-3\n"), "damaged"));
}

} // namespace
} // namespace framegate::config
