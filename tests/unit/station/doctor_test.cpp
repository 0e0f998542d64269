// SPDX-License-Identifier: GPL-3.0-or-later
//
// The doctor on machines that are folders.
#include "station/doctor_usb.h"

#include "base/files.h"
#include "support/temp_folder.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

namespace fs = std::filesystem;
using State = DoctorFinding::State;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string shippedRules() {
    return readTextFile(FRAMEGATE_SOURCE_DIR "/packaging/udev/70-framegate.rules", 100'000).value();
}

/// A machine on which everything is in order: rules, group, usbfs, one board whose file may be opened.
struct GoodMachine {
    GoodMachine() {
        machine.root = folder.path();
        machine.user = "anna";
        machine.groups = {"anna", "plugdev"};
        machine.mayOpen = [this](const fs::path& file) { return fs::exists(file) && mayOpen; };
        write("etc/udev/rules.d/70-framegate.rules", shippedRules());
        write("sys/module/usbcore/parameters/usbfs_memory_mb", "16\n");
        attach("1-2.4", "1209", "0001", "7");
    }
    void write(const std::string& name, const std::string& text) const {
        fs::create_directories((folder / name).parent_path());
        folder.write(name, text);
    }
    void attach(const std::string& port, const std::string& vendor, const std::string& product,
                const std::string& number) const {
        const auto device = "sys/bus/usb/devices/" + port + "/";
        write(device + "idVendor", vendor + "\n");
        write(device + "idProduct", product + "\n");
        write(device + "busnum", "1\n");
        write(device + "devnum", number + "\n");
        write("dev/bus/usb/001/00" + number, "");
    }
    void remove(const std::string& name) const { fs::remove_all(folder / name); }
    std::vector<DoctorFinding> findings() const { return examineUsbAccess(machine); }
    /// Those that are not good.
    std::vector<DoctorFinding> troubles() const {
        auto all = findings();
        std::erase_if(all, [](const DoctorFinding& finding) { return finding.state == State::Good; });
        return all;
    }

    test::TempFolder folder;
    Machine machine;
    bool mayOpen = true;
};

auto is(const char* check, State state, const char* detail, const char* advice) {
    return AllOf(Field("check", &DoctorFinding::check, check), Field("state", &DoctorFinding::state, state),
                 Field("detail", &DoctorFinding::detail, HasSubstr(detail)),
                 Field("advice", &DoctorFinding::advice, HasSubstr(advice)));
}

TEST(DoctorUsb, MachineInOrder_HasNoTrouble) {
    const GoodMachine good;
    EXPECT_THAT(good.troubles(), IsEmpty());
    EXPECT_THAT(good.findings(), Contains(is("node", State::Good, "1-2.4 1209:0001", "")));
    for (const auto& finding : good.findings())
        EXPECT_TRUE(finding.advice.empty()) << finding.detail;
}

TEST(DoctorUsb, MissingRules_AreToBeInstalled) {
    const GoodMachine machine;
    machine.remove("etc/udev/rules.d");
    EXPECT_THAT(machine.troubles(), Contains(is("udev", State::Warning, "no rules",
                                                "sudo install -m 644 packaging/udev/70-framegate")));
}

TEST(DoctorUsb, OldOrChangedRules_AreToBeReplaced) {
    const GoodMachine machine;
    machine.write("usr/lib/udev/rules.d/70-framegate.rules", shippedRules()); // which /etc hides
    machine.write("etc/udev/rules.d/70-framegate.rules", shippedRules() + "# mine\n");
    EXPECT_THAT(machine.troubles(),
                Contains(is("udev", State::Warning, "not this version's", "udevadm control")));
}

TEST(DoctorUsb, RulesOfThePackage_CountToo) {
    const GoodMachine machine;
    machine.remove("etc/udev/rules.d");
    machine.write("usr/lib/udev/rules.d/70-framegate.rules", shippedRules());
    EXPECT_THAT(machine.troubles(), IsEmpty());
}

TEST(DoctorUsb, OldPicotoolRules_AreNamed) {
    const GoodMachine machine;
    machine.write("usr/lib/udev/rules.d/99-picotool.rules", "");
    EXPECT_THAT(machine.findings(),
                Contains(is("udev", State::Good, "99-picotool.rules comes too late", "")));
    machine.remove("etc/udev/rules.d");
    EXPECT_THAT(machine.troubles(),
                Contains(is("udev", State::Warning, "99-picotool.rules does not help", "sudo")));
}

TEST(DoctorUsb, UserOutsideTheGroup_IsToldHowToJoin) {
    GoodMachine machine;
    machine.machine.groups = {"anna"};
    machine.write("etc/group", "root:x:0:\nplugdev:x:46:bert\n");
    EXPECT_THAT(machine.troubles(), Contains(is("access", State::Warning, "user anna is not in group plugdev",
                                                "sudo usermod -aG plugdev anna, then log out")));
    machine.write("etc/group", "root:x:0:\n");
    EXPECT_THAT(machine.troubles(),
                Contains(is("access", State::Warning, "", "sudo groupadd --system plugdev")));
}

TEST(DoctorUsb, MemberOfTheGroupSinceThisSession_HasToLogInAgain) {
    GoodMachine machine;
    machine.machine.groups = {"anna"};
    machine.write("etc/group", "plugdev:x:46:bert,anna\n");
    EXPECT_THAT(machine.troubles(), Contains(is("access", State::Warning, "older", "log out and in again")));
}

TEST(DoctorUsb, WhoSitsAtTheMachine_NeedsNoGroup) {
    GoodMachine machine;
    machine.machine.groups = {};
    machine.write("run/systemd/sessions/2", "UID=1000\nUSER=anna\nACTIVE=1\nSEAT=seat0\n");
    EXPECT_THAT(machine.troubles(), IsEmpty());
    machine.write("run/systemd/sessions/2", "UID=1000\nUSER=anna\nACTIVE=0\nSEAT=seat0\n");
    EXPECT_THAT(machine.troubles(), Contains(is("access", State::Warning, "", "usermod")));
}

TEST(DoctorUsb, Root_NeedsNoGroup) {
    GoodMachine machine;
    machine.machine.groups = {};
    machine.machine.superuser = true;
    EXPECT_THAT(machine.troubles(), IsEmpty());
}

TEST(DoctorUsb, MissingUsbfs_IsBad) {
    const GoodMachine machine;
    machine.remove("dev");
    EXPECT_THAT(machine.troubles(), Contains(is("usbfs", State::Bad, "no /dev/bus/usb", "container")));
}

TEST(DoctorUsb, LittleUsbfsMemory_IsToBeRaised) {
    const GoodMachine machine;
    machine.write("sys/module/usbcore/parameters/usbfs_memory_mb", "4\n");
    EXPECT_THAT(machine.troubles(), Contains(is("usbfs", State::Warning, "only 4 MB", "usbfs_memory_mb=16")));
    for (const auto* fine : {"0\n", "1000\n", "", "many\n"}) {
        machine.write("sys/module/usbcore/parameters/usbfs_memory_mb", fine);
        EXPECT_THAT(machine.troubles(), IsEmpty()) << fine;
    }
}

TEST(DoctorUsb, ClosedNodeWithRulesInForce_IsToBePluggedInAgain) {
    GoodMachine machine;
    machine.mayOpen = false;
    machine.attach("1-3", "2e8a", "000f", "9");
    machine.attach("1-4", "046d", "c077", "8"); // nobody's business
    const auto troubles = machine.troubles();
    ASSERT_EQ(troubles.size(), 2U);
    EXPECT_THAT(troubles[0], is("node", State::Bad, "001/007 may not be opened: group", "plug it in again"));
    EXPECT_THAT(troubles[1], is("node", State::Bad, "1-3 2e8a:000f", "plug it in again"));
}

TEST(DoctorUsb, ClosedNodeWithoutGroup_SendsTheUserThere) {
    GoodMachine machine;
    machine.mayOpen = false;
    machine.machine.groups = {};
    EXPECT_THAT(machine.troubles(),
                Contains(is("node", State::Bad, "may not be opened", "usermod -aG plugdev")));
}

TEST(DoctorUsb, DesktopServicesWithoutRules_AreAWarning) {
    const GoodMachine machine;
    machine.write("usr/sbin/ModemManager", "");
    machine.write("usr/libexec/udisks2/udisksd", "");
    EXPECT_THAT(machine.findings(), Contains(is("desktop", State::Good, "ModemManager and udisks", "")));
    machine.remove("etc/udev/rules.d");
    EXPECT_THAT(machine.troubles(), Contains(is("desktop", State::Warning, "may probe or mount", "udevadm")));
}

TEST(DoctorFonts, AreSoughtBelowTheFontFolders) {
    const GoodMachine machine;
    EXPECT_EQ(checkFonts(machine.machine).state, State::Warning);
    EXPECT_THAT(checkFonts(machine.machine).advice, HasSubstr("fonts-dejavu-core"));
    machine.write("usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "");
    EXPECT_EQ(checkFonts(machine.machine).state, State::Good);
}

} // namespace
} // namespace framegate
