// SPDX-License-Identifier: GPL-3.0-or-later
//
// The project's udev rules, in udev's own hands.
#include "guest_bench.h"
#include "support/program.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <regex>
#include <sys/stat.h>

namespace framegate::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr uid_t nobody = 65534;

Ran udevadm(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"/usr/bin/udevadm"});
    return runProgram(std::move(arguments));
}

/// Whether somebody who is in \a group alone, and nobody special, may open the file.
bool opensFor(gid_t group, const std::string& file) {
    const auto child = ::fork();
    if (child == 0) {
        const bool other = ::setgroups(0, nullptr) == 0 && ::setgid(group) == 0 && ::setuid(nobody) == 0;
        ::_exit(other && ::open(file.c_str(), O_RDWR) >= 0 ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status == 0;
}

gid_t operators() {
    const auto* group = ::getgrnam("plugdev");
    return group == nullptr ? 0 : group->gr_gid;
}

class UdevRules : public ::testing::TestWithParam<const char*> {
protected:
    std::string file() {
        guestBench().become(1, GetParam());
        return usbFileAt(portOf(1));
    }
};

TEST_P(UdevRules, OperatorsGroup_MayUseTheBoardAndOthersMayNot) {
    const auto board = file();
    struct stat status {};
    ASSERT_EQ(::stat(board.c_str(), &status), 0);
    EXPECT_EQ(status.st_gid, operators());
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
    EXPECT_TRUE(opensFor(operators(), board));
    EXPECT_FALSE(opensFor(nobody, board));
}

TEST_P(UdevRules, WhoSitsAtTheMachine_IsGivenTheBoardByItsTag) {
    const auto known = udevadm({"info", file()}).out;
    EXPECT_THAT(known, testing::ContainsRegex("TAGS=[^\n]*:uaccess:"));
    EXPECT_THAT(known, HasSubstr("ID_MM_DEVICE_IGNORE=1"));
}

INSTANTIATE_TEST_SUITE_P(States, UdevRules, testing::Values("firmware", "bootsel"),
                         [](const auto& state) { return std::string(state.param); });

TEST(UdevRulesFile, SomebodyElsesDevice_IsLeftAlone) {
    // It was there before udev was.
    ASSERT_EQ(udevadm({"trigger", "--settle", "/sys/bus/usb/devices/usb1"}).status, 0);
    const auto known = udevadm({"info", "/sys/bus/usb/devices/usb1"}).out;
    EXPECT_THAT(known, HasSubstr("ID_VENDOR_ID=1d6b"));
    EXPECT_THAT(known, Not(HasSubstr("FRAMEGATE")));
    EXPECT_FALSE(opensFor(operators(), usbFileAt("usb1")));
}

/// What udev says of the rules when it reads them: one line for each complaint, which begins with file and
/// line.
std::string complaints() {
    const auto output = udevadm({"test", "/sys/bus/usb/devices/usb1"});
    std::istringstream lines(output.out + output.err);
    std::string all;
    for (std::string line; std::getline(lines, line);)
        if (std::regex_search(line, std::regex("^[^ ]*70-framegate\\.rules:[0-9]+ "))) all += line + "\n";
    return all;
}

TEST(UdevRulesFile, IsAcceptedWithoutAComplaint) {
    EXPECT_EQ(complaints(), "");
    // It must be able to fail. The rule stands behind the file's end label.
    const std::filesystem::path installed = "/run/udev/rules.d/70-framegate.rules";
    const auto rules = readText(installed);
    std::ofstream(installed, std::ios::app) << "SUBSYSTEM==\"usb\", GROPU=\"plugdev\"\n";
    EXPECT_THAT(complaints(), HasSubstr("GROPU"));
    std::ofstream(installed, std::ios::trunc) << rules;
}

} // namespace
} // namespace framegate::test
