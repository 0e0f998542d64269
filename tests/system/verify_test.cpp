// SPDX-License-Identifier: GPL-3.0-or-later
#include "system/framegate.h"

#include "support/csv.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>

namespace framegate {
namespace {

using test::framegate;
using test::parseCsv;
using test::readText;
using test::TempFolder;

const std::filesystem::path captures = std::filesystem::path(FRAMEGATE_SHARED_DIR) / "captures";

struct RealCapture {
    std::filesystem::path file;
    std::string size; ///< as the list of captures says
};

std::vector<RealCapture> realCaptures() {
    std::vector<RealCapture> found;
    for (const auto& row : parseCsv(readText(captures / "MANIFEST.csv"))) {
        const auto& expected = row.at("expected"); // "VALID 1024x768"
        found.push_back({captures / row.at("file"), expected.substr(expected.find(' ') + 1)});
    }
    return found;
}

nlohmann::json verify(const std::filesystem::path& file, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"verify", file.string(), "--sensor", "ov2640", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto ran = framegate(arguments);
    auto object = nlohmann::json::parse(ran.out);
    object["status"] = ran.status;
    return object;
}

#define SKIP_WITHOUT_CAPTURES()                                                                              \
    if (!std::filesystem::exists(captures / "MANIFEST.csv"))                                                 \
    GTEST_SKIP() << "no real captures beside the project"

TEST(Verify, RealCaptures_AreAllValid) {
    SKIP_WITHOUT_CAPTURES();
    const auto files = realCaptures();
    ASSERT_EQ(files.size(), 11U);
    for (const auto& capture : files) {
        const auto verdict = verify(capture.file, {"--size", capture.size});
        EXPECT_EQ(verdict["verdict"], "valid") << capture.file << verdict;
        EXPECT_EQ(fmt::format("{}x{}", verdict["width"].get<int>(), verdict["height"].get<int>()),
                  capture.size);
        EXPECT_EQ(verdict["status"], 0);
    }
}

TEST(Verify, DamagedRealCaptures_AreInvalidEachWithItsOwnCode) {
    SKIP_WITHOUT_CAPTURES();
    const TempFolder folder;
    for (const auto& capture : realCaptures()) {
        const auto good = readText(capture.file);
        const std::map<std::string, nlohmann::json> verdicts = {
            {"truncated", verify(folder.write("a.jpg", good.substr(0, good.size() / 2)))},
            {"wrong size", verify(capture.file, {"--size", "176x144"})},
            {"byte before SOI", verify(folder.write("b.jpg", std::string(1, '\0') + good))},
            {"no EOI", verify(folder.write("c.jpg", good.substr(0, good.size() - 2)))},
            {"zeros after", verify(folder.write("d.jpg", good + std::string(16, '\0')))},
            {"rubbish after", verify(folder.write("e.jpg", good + "rubbish"))},
        };
        std::set<std::string> codes;
        for (const auto& [damage, verdict] : verdicts) {
            EXPECT_EQ(verdict["verdict"], "invalid") << damage << " " << capture.file;
            EXPECT_EQ(verdict["status"], 1) << damage;
            codes.insert(verdict["code"].get<std::string>());
        }
        EXPECT_EQ(codes.size(), verdicts.size()) << capture.file;
    }
}

TEST(Verify, RealCapturesPlayedThroughTheSensor_GiveTheSameVerdicts) {
    SKIP_WITHOUT_CAPTURES();
    const TempFolder folder;
    std::string scenario;
    std::vector<std::string> sizes;
    for (const auto& capture : realCaptures()) {
        if (capture.size == "1280x960") continue; // no mode of the plan
        sizes.push_back(capture.size);
        scenario += fmt::format("[[unit]]\nindex = {}\npicture = \"{}\"\n", sizes.size(),
                                std::filesystem::absolute(capture.file).string());
    }
    ASSERT_EQ(sizes.size(), 10U);
    const std::vector<std::string> lot = {"--units", "10",         "--slots",
                                          "2",       "--scenario", folder.write("s.toml", scenario).string()};
    // A plan that does not compare the sizes: each unit shows the chart at all but one.
    const auto ran = test::runLot(folder / "lot", lot, "ov2640-384k.toml");
    EXPECT_EQ(ran.status, 0) << ran.err << ran.out;
    const auto compared = test::runLot(folder / "compared", lot);
    EXPECT_EQ(compared.status, 1) << "one that does finds every one of them";
    EXPECT_THAT(compared.out, testing::HasSubstr("failed                    10"));
    EXPECT_THAT(compared.out, testing::Not(testing::HasSubstr(": JPEG_")));
    std::size_t played = 0;
    for (const auto& row : parseCsv(readText(folder / "lot" / "measurements.csv"))) {
        const auto index = std::stoul(row.at("serial").substr(3));
        if (row.at("name") != "jpeg_bytes" || row.at("resolution") != sizes[index - 1]) continue;
        ++played;
        bool sameLength = false;
        for (const auto& capture : realCaptures())
            sameLength =
                sameLength || std::to_string(std::filesystem::file_size(capture.file)) == row.at("value");
        EXPECT_TRUE(sameLength) << row.at("serial") << " delivered another picture of " << row.at("value");
    }
    EXPECT_EQ(played, 10U);
}

TEST(Verify, ManyFiles_ComeOutInTheirOrder) {
    const TempFolder folder;
    const auto good = folder / "good.jpg";
    ASSERT_EQ(
        framegate({"capture", "--bench", "virtual", "--resolution", "320x240", "-o", good.string()}).status,
        0);
    const auto bad = folder.write("bad.jpg", readText(good) + "x").string();
    std::vector<std::string> arguments = {"verify"};
    std::string expected;
    for (int i = 0; i < 100; ++i) {
        arguments.push_back(i % 3 == 0 ? bad : good.string());
        expected += i % 3 == 0 ? 'i' : 'v';
    }
    const auto ran = framegate(arguments);
    EXPECT_EQ(ran.status, 1);
    std::string got;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);)
        got += line.find(": invalid JPEG_TAIL_NONZERO") != std::string::npos ? 'i' : 'v';
    EXPECT_EQ(got, expected);
}

TEST(Verify, LearntHeader_IsAskedForAgain) {
    const TempFolder folder;
    const auto picture = [&](const std::string& size) {
        const auto file = (folder / (size + ".jpg")).string();
        EXPECT_EQ(framegate({"capture", "--bench", "virtual", "--resolution", size, "-o", file}).status, 0);
        return file;
    };
    const auto small = picture("320x240");
    const auto large = picture("640x480");
    const auto layout = (folder / "header.json").string();
    ASSERT_EQ(framegate({"verify", small, "--learn", layout}).status, 0);
    EXPECT_EQ(framegate({"verify", large, "--sensor", layout}).status, 0);
    auto other = readText(large);
    other[13] = 2; // the density of the JFIF header
    const auto ran = framegate({"verify", folder.write("o.jpg", other).string(), "--sensor", layout});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.out, testing::HasSubstr("JPEG_HEADER_LAYOUT at byte 13"));
    EXPECT_EQ(framegate({"verify", small, "--sensor", folder.write("n.json", "{}").string()}).status, 2);
}

TEST(Verify, FileThatIsNotThere_IsWrongInput) {
    EXPECT_EQ(framegate({"verify", "none.jpg"}).status, 2);
    EXPECT_EQ(framegate({"verify", "none.jpg", "--sensor", "ov9999"}).status, 2);
    EXPECT_EQ(framegate({"verify", "none.jpg", "--size", "big"}).status, 2);
}

TEST(Capture, WritesAPictureThatVerifies) {
    const TempFolder folder;
    const auto file = folder / "a.jpg";
    const auto ran =
        framegate({"capture", "--bench", "virtual", "--resolution", "640x480", "-o", file.string()});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(verify(file, {"--size", "640x480"})["verdict"], "valid");
}

TEST(Capture, SizeTheSensorDoesNotHave_IsWrongInput) {
    const TempFolder folder;
    const auto ran = framegate(
        {"capture", "--bench", "virtual", "--resolution", "641x480", "-o", (folder / "a").string()});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, testing::HasSubstr("641x480"));
}

TEST(Boards, VirtualBench_ListsASlotALine) {
    const auto ran = framegate({"boards", "--bench", "virtual", "--slots", "3", "--json"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    std::istringstream lines(ran.out);
    int slot = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto board = nlohmann::json::parse(line);
        EXPECT_EQ(board["slot"], ++slot);
        EXPECT_EQ(board["state"], "firmware");
        EXPECT_FALSE(board["firmware"].get<std::string>().empty());
    }
    EXPECT_EQ(slot, 3);
}

TEST(PlanCheck, ShippedPlans_AreValid) {
    for (const auto* plan : {"ov2640.toml", "ov2640-quick.toml"}) {
        const auto ran =
            framegate({"plan", "check", test::sourceFolder + "/fixtures/plans/" + plan, "--json"});
        ASSERT_EQ(ran.status, 0) << ran.err;
        EXPECT_EQ(nlohmann::json::parse(ran.out)["verdict"], "valid");
    }
}

TEST(PlanCheck, MisspeltStep_NamesTheLineAndTheStepsThereAre) {
    const TempFolder folder;
    auto text = readText(test::sourceFolder + "/fixtures/plans/ov2640.toml");
    const std::string step = "\"identify-module\"";
    ASSERT_NE(text.find(step), std::string::npos);
    text.replace(text.find(step), step.size(), "\"identify-modul\"");
    std::filesystem::create_directories(folder / "plans");
    for (const auto* kind : {"sensors", "boards", "charts", "limits"})
        std::filesystem::create_directory_symlink(test::sourceFolder + "/fixtures/" + kind, folder / kind);
    const auto plan = folder.write("plans/p.toml", text);
    const auto ran = framegate({"plan", "check", plan.string()});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, testing::AllOf(testing::HasSubstr("p.toml:"), testing::HasSubstr("identify-modul"),
                                        testing::HasSubstr("greet-board")));
}

TEST(Doctor, SaysWhatItFoundAsJson) {
    const auto ran = framegate({"doctor", "--json"});
    EXPECT_TRUE(ran.status == 0 || ran.status == 3) << ran.err;
    std::set<std::string> checks;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) {
        const auto finding = nlohmann::json::parse(line);
        checks.insert(finding["check"].get<std::string>());
        EXPECT_EQ(finding["state"] == "ok", finding["advice"].get<std::string>().empty()) << line;
    }
    for (const auto* check : {"fixtures", "database", "disk", "fonts", "udev", "access", "usbfs", "usb"})
        EXPECT_EQ(checks.count(check), 1U) << check;
}

} // namespace
} // namespace framegate
