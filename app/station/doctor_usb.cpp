// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/doctor_usb.h"

#include "base/files.h"
#include "base/sha256.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <grp.h>
#include <optional>
#include <pwd.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace framegate {

namespace fs = std::filesystem;

namespace {

using State = DoctorFinding::State;

constexpr std::size_t smallFile = std::size_t{1} << 20;
constexpr const char* ruleFile = "70-framegate.rules";
constexpr std::string_view ourGroup = "plugdev";
constexpr int seatRules = 73;            ///< of 73-seat-late.rules, which act on the tag uaccess
constexpr int usualMemoryMegabytes = 16; ///< the kernel's own choice; 64 boards take 1 MB of it
constexpr std::string_view installRules =
    "sudo install -m 644 packaging/udev/70-framegate.rules /etc/udev/rules.d/ && sudo udevadm control "
    "--reload, then unplug the boards and plug them in again";

/// In the order of udev: of files with one name the first counts.
constexpr std::array<const char*, 5> ruleFolders = {"etc/udev/rules.d", "run/udev/rules.d",
                                                    "usr/local/lib/udev/rules.d", "usr/lib/udev/rules.d",
                                                    "lib/udev/rules.d"};

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

/// The first word of a small text file; none if it cannot be read.
std::optional<std::string> wordIn(const fs::path& file) {
    const auto text = readTextFile(file, smallFile);
    if (!text) return std::nullopt;
    return text->substr(0, text->find_first_of(" \r\n"));
}

/// The folder's files, in order of name; none where there is no such folder.
std::vector<fs::path> filesIn(const fs::path& folder) {
    std::error_code ignored;
    std::vector<fs::path> all;
    for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
         entry.increment(ignored))
        all.push_back(entry->path());
    std::sort(all.begin(), all.end());
    return all;
}

std::optional<fs::path> installedRules(const Machine& machine) {
    for (const auto* folder : ruleFolders)
        if (auto file = machine.root / folder / ruleFile; isThere(file)) return file;
    return std::nullopt;
}

bool areCurrent(const fs::path& rules) {
    const auto text = readTextFile(rules, smallFile);
    return text && sha256Hex(*text) == FRAMEGATE_UDEV_RULES_SHA256;
}

/// Whether the rules that this program is made for are in force.
bool rulesInForce(const Machine& machine) {
    const auto rules = installedRules(machine);
    return rules && areCurrent(*rules);
}

DoctorFinding checkRules(const Machine& machine) {
    const auto rules = installedRules(machine);
    if (!rules)
        return {"udev", State::Warning, "no rules for the boards are installed", std::string(installRules)};
    if (areCurrent(*rules))
        return {"udev", State::Good, fmt::format("{} is this version's", rules->string()), {}};
    return {"udev", State::Warning, fmt::format("{} is not this version's: old or changed", rules->string()),
            std::string(installRules)};
}

int numberOf(const fs::path& rules) {
    const auto name = rules.filename().string();
    const bool numbered = name.size() > 2 && std::isdigit(static_cast<unsigned char>(name[0])) != 0 &&
                          std::isdigit(static_cast<unsigned char>(name[1])) != 0;
    return numbered ? (name[0] - '0') * 10 + (name[1] - '0') : 0;
}

/// picotool's own rules had a number at which the seat's access comes too late.
std::vector<DoctorFinding> checkOtherRules(const Machine& machine) {
    for (const auto* folder : ruleFolders)
        for (const auto& file : filesIn(machine.root / folder)) {
            if (file.filename().string().find("picotool") == std::string::npos || numberOf(file) < seatRules)
                continue;
            if (installedRules(machine))
                return {{"udev",
                         State::Good,
                         fmt::format("{} comes too late for the seat's access; {} does it in time",
                                     file.string(), ruleFile),
                         {}}};
            return {{"udev", State::Warning,
                     fmt::format("{} does not help: it comes after 73-seat-late.rules", file.string()),
                     std::string(installRules)}};
        }
    return {};
}

/// Whether the user has an active session at a seat (systemd-logind).
bool sitsHere(const Machine& machine) {
    for (const auto& file : filesIn(machine.root / "run/systemd/sessions")) {
        const auto text = readTextFile(file, smallFile);
        if (!text) continue;
        const auto lines = "\n" + *text;
        const auto has = [&lines](const std::string& part) { return lines.find(part) != std::string::npos; };
        if (has("\nUSER=" + machine.user + "\n") && has("\nACTIVE=1\n") && has("\nSEAT=seat")) return true;
    }
    return false;
}

/// The members of the group as /etc/group has them; none if there is no such group.
std::optional<std::string> membersOf(const Machine& machine, std::string_view group) {
    const auto text = readTextFile(machine.root / "etc/group", smallFile);
    if (!text) return std::nullopt;
    const auto lines = "\n" + *text;
    const auto begin = lines.find(fmt::format("\n{}:", group));
    if (begin == std::string::npos) return std::nullopt;
    const auto line = lines.substr(begin + 1, lines.find('\n', begin + 1) - begin - 1);
    return "," + line.substr(line.rfind(':') + 1) + ",";
}

bool isInGroup(const Machine& machine) {
    return std::find(machine.groups.begin(), machine.groups.end(), ourGroup) != machine.groups.end();
}

DoctorFinding checkAccess(const Machine& machine) {
    const auto who = fmt::format("user {}", machine.user);
    if (machine.superuser) return {"access", State::Good, "root may open every board", {}};
    if (isInGroup(machine))
        return {"access", State::Good, fmt::format("{} is in group {}", who, ourGroup), {}};
    if (sitsHere(machine)) return {"access", State::Good, who + " sits at this machine", {}};
    const auto members = membersOf(machine, ourGroup);
    const auto found = fmt::format("{} is not in group {} and does not sit at this machine", who, ourGroup);
    if (members && members->find("," + machine.user + ",") != std::string::npos)
        return {"access", State::Warning, found + ", as its session is older than its membership",
                "log out and in again"};
    return {"access", State::Warning, found,
            fmt::format("{}sudo usermod -aG {} {}, then log out and in again",
                        members ? "" : "sudo groupadd --system plugdev && ", ourGroup, machine.user)};
}

DoctorFinding checkUsbfs(const Machine& machine) {
    std::error_code ignored;
    if (fs::is_directory(machine.root / "dev/bus/usb", ignored))
        return {"usbfs", State::Good, "/dev/bus/usb is there", {}};
    return {
        "usbfs", State::Bad, "there is no /dev/bus/usb",
        "in a container, pass it on (docker run -v /dev/bus/usb:/dev/bus/usb --device-cgroup-rule='c 189:* "
        "rmw'); on a machine, plug in a USB controller, or load its driver"};
}

std::vector<DoctorFinding> checkMemory(const Machine& machine) {
    const auto word = wordIn(machine.root / "sys/module/usbcore/parameters/usbfs_memory_mb");
    const bool isNumber = word && !word->empty() && word->size() < 9 &&
                          word->find_first_not_of("0123456789") == std::string::npos;
    if (!isNumber) return {};
    const int megabytes = std::stoi(*word);
    if (megabytes == 0 || megabytes >= usualMemoryMegabytes)
        return {{"usbfs",
                 State::Good,
                 megabytes == 0 ? "no limit to memory for transfers"
                                : fmt::format("{} MB for transfers of all programs", megabytes),
                 {}}};
    return {{"usbfs", State::Warning, fmt::format("only {} MB for transfers of all programs", megabytes),
             "echo 16 | sudo tee /sys/module/usbcore/parameters/usbfs_memory_mb; for good, "
             "usbcore.usbfs_memory_mb=16 on the kernel's command line"}};
}

bool isOurs(std::string_view vendor, std::string_view product) {
    return (vendor == "1209" && product == "0001") ||
           (vendor == "2e8a" && (product == "0003" || product == "000f"));
}

/// Such as "group root, mode 664".
std::string ownershipOf(const fs::path& node) {
    struct stat status {};
    if (::stat(node.c_str(), &status) != 0) return "it is not there";
    const auto* group = ::getgrgid(status.st_gid);
    return fmt::format("group {}, mode {:o}", group != nullptr ? group->gr_name : "unknown",
                       status.st_mode & 0777U);
}

std::string nodeAdvice(const Machine& machine) {
    if (!rulesInForce(machine)) return std::string(installRules);
    const auto access = checkAccess(machine);
    return access.advice.empty() ? "unplug the board and plug it in again, so that the rules take effect"
                                 : access.advice;
}

std::vector<DoctorFinding> checkNodes(const Machine& machine) {
    std::vector<DoctorFinding> findings;
    for (const auto& device : filesIn(machine.root / "sys/bus/usb/devices")) {
        const auto vendor = wordIn(device / "idVendor").value_or("");
        const auto product = wordIn(device / "idProduct").value_or("");
        if (!isOurs(vendor, product)) continue;
        const auto bus = wordIn(device / "busnum").value_or("");
        const auto number = wordIn(device / "devnum").value_or("");
        const auto node = machine.root / fmt::format("dev/bus/usb/{:0>3}/{:0>3}", bus, number);
        const auto what =
            fmt::format("{} {}:{}, {}", device.filename().string(), vendor, product, node.string());
        if (machine.mayOpen(node))
            findings.push_back({"node", State::Good, what + " may be opened", {}});
        else
            findings.push_back({"node", State::Bad,
                                fmt::format("{} may not be opened: {}", what, ownershipOf(node)),
                                nodeAdvice(machine)});
    }
    return findings;
}

/// Services that would probe or mount boards unless a rule forbids it.
std::vector<DoctorFinding> checkDesktop(const Machine& machine) {
    std::string services;
    for (const auto& [file, name] :
         {std::pair{"usr/sbin/ModemManager", "ModemManager"},
          std::pair{"usr/libexec/udisks2/udisksd", "udisks"}, std::pair{"usr/lib/udisks2/udisksd", "udisks"}})
        if (isThere(machine.root / file) && services.find(name) == std::string::npos)
            services += (services.empty() ? "" : " and ") + std::string(name);
    if (services.empty()) return {};
    if (rulesInForce(machine))
        return {{"desktop", State::Good, services + ": told by the rules to leave boards alone", {}}};
    return {{"desktop", State::Warning, services + ": may probe or mount boards while they are flashed",
             std::string(installRules)}};
}

bool isFont(const fs::path& file) {
    const auto extension = file.extension();
    return extension == ".ttf" || extension == ".otf" || extension == ".ttc" || extension == ".pfb";
}

} // namespace

Machine thisMachine() {
    Machine machine;
    machine.superuser = ::geteuid() == 0;
    const auto* user = ::getpwuid(::geteuid());
    machine.user = user != nullptr ? user->pw_name : std::to_string(::geteuid());
    std::vector<gid_t> ids(256);
    ids.resize(static_cast<std::size_t>(std::max(::getgroups(static_cast<int>(ids.size()), ids.data()), 0)));
    ids.push_back(::getegid());
    for (const auto id : ids)
        if (const auto* group = ::getgrgid(id); group != nullptr) machine.groups.emplace_back(group->gr_name);
    machine.mayOpen = [](const fs::path& file) { return ::access(file.c_str(), R_OK | W_OK) == 0; };
    return machine;
}

std::vector<DoctorFinding> examineUsbAccess(const Machine& machine) {
    std::vector<DoctorFinding> findings = {checkRules(machine), checkAccess(machine), checkUsbfs(machine)};
    for (const auto check : {checkOtherRules, checkMemory, checkNodes, checkDesktop})
        for (auto& finding : check(machine))
            findings.push_back(std::move(finding));
    return findings;
}

DoctorFinding checkFonts(const Machine& machine) {
    for (const auto* folder : {"usr/share/fonts", "usr/local/share/fonts"}) {
        std::error_code ignored;
        for (fs::recursive_directory_iterator entry(machine.root / folder, ignored), end;
             !ignored && entry != end; entry.increment(ignored))
            if (isFont(entry->path()))
                return {"fonts", State::Good, fmt::format("there are fonts in /{}", folder), {}};
    }
    return {"fonts", State::Warning, "there are no fonts to draw reports and windows with",
            "install the package fonts-dejavu-core"};
}

} // namespace framegate
