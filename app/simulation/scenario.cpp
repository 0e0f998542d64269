// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/scenario.h"

#include "base/files.h"
#include "base/random.h"
#include "config/document.h"
#include "sim/random.h"
#include "simulation/fault_reader.h"
#include "simulation/virtual_bench.h"

#include <fmt/format.h>
#include <limits>

namespace framegate::simulation {
namespace {

using config::Table;
using config::Value;

constexpr std::size_t largestPicture = 8 << 20; ///< what the FIFO can hold

/// Width and height from the file's own frame header; none if there is none.
std::optional<PictureInPlace> sizeOf(std::vector<std::uint8_t> bytes) {
    std::size_t at = 2;
    while (at + 9 < bytes.size() && bytes[at] == 0xFF) {
        const bool frameHeader = bytes[at + 1] >= 0xC0 && bytes[at + 1] <= 0xC3;
        const auto word = [&](std::size_t place) {
            return static_cast<std::uint16_t>(bytes[place] << 8 | bytes[place + 1]);
        };
        if (frameHeader) return PictureInPlace{word(at + 7), word(at + 5), std::move(bytes)};
        at += 2U + word(at + 2);
    }
    return std::nullopt;
}

Result<PictureInPlace> readPicture(const Value& value, const std::filesystem::path& scenarioFile) {
    const auto name = value.string();
    if (!name) return passOn(name);
    const auto bytes = readFile(scenarioFile.parent_path() / *name, largestPicture);
    if (!bytes) return value.refused(bytes.error().message);
    const auto* first = reinterpret_cast<const std::uint8_t*>(bytes->data());
    auto picture = sizeOf({first, first + bytes->size()});
    if (!picture) return value.refused(fmt::format("{} has no JPEG frame header", *name));
    return std::move(*picture);
}

/// Takes an integer of \a key into \a target, if it is there.
template <class T>
Result<> takeInteger(const Table& table, std::string_view key, std::int64_t low, std::int64_t high,
                     T& target) {
    const auto value = table.optional(key);
    if (!value) return {};
    const auto number = value->integer(low, high);
    if (!number) return passOn(number);
    target = static_cast<T>(*number);
    return {};
}

Result<> takeSerial(const Table& table, Scenario::Entry& entry) {
    const auto value = table.optional("serial");
    if (!value) return {};
    const auto text = value->string();
    if (!text) return passOn(text);
    const auto serial = Serial::parse(*text);
    if (!serial) return value->refused(serial.error().message);
    entry.serial = serial->text();
    return {};
}

Result<> takeRuns(const Table& table, Scenario::Entry& entry) {
    constexpr std::int64_t mostRuns = 1'000'000;
    if (auto taken = takeInteger(table, "from_run", 1, mostRuns, entry.fromRun); !taken) return taken;
    return takeInteger(table, "until_run", 1, mostRuns, entry.untilRun);
}

Result<> takeTrouble(const Table& table, const std::filesystem::path& file, Scenario::Entry& entry) {
    const auto picture = table.optional("picture");
    if (picture) {
        auto read = readPicture(*picture, file);
        if (!read) return passOn(read);
        entry.picture = std::move(*read);
    }
    if (picture && !table.optional("fault")) return {};
    auto fault = readFault(table);
    if (!fault) return passOn(fault);
    entry.fault = std::move(*fault);
    return {};
}

Result<Scenario::Entry> readUnit(const Table& table, const std::filesystem::path& file) {
    Scenario::Entry entry;
    if (auto taken = takeSerial(table, entry); !taken) return passOn(taken);
    if (const auto index = table.optional("index")) {
        const auto number = index->integer(1, 1'000'000);
        if (!number) return passOn(number);
        entry.index = static_cast<unsigned>(*number);
    }
    if (!entry.serial && !entry.index) return table.refused("a unit needs serial or index");
    if (auto taken = takeRuns(table, entry); !taken) return passOn(taken);
    if (auto taken = takeTrouble(table, file, entry); !taken) return passOn(taken);
    if (auto finished = table.finish(); !finished) return passOn(finished);
    return entry;
}

Result<Scenario::Entry> readSlot(const Table& table, const std::filesystem::path& file) {
    Scenario::Entry entry;
    const auto slot = table.required("slot");
    if (!slot) return passOn(slot);
    const auto number = slot->integer(1, 64);
    if (!number) return passOn(number);
    entry.slot = static_cast<int>(*number);
    if (auto taken = takeRuns(table, entry); !taken) return passOn(taken);
    if (auto taken = takeTrouble(table, file, entry); !taken) return passOn(taken);
    if (auto finished = table.finish(); !finished) return passOn(finished);
    return entry;
}

using ReadEntry = Result<Scenario::Entry> (*)(const Table&, const std::filesystem::path&);

Result<> readEntries(const Table& root, std::string_view key, const std::filesystem::path& file,
                     ReadEntry read, Scenario& scenario) {
    const auto list = root.optional(key);
    if (!list) return {};
    const auto values = list->array();
    if (!values) return passOn(values);
    for (const auto& value : *values) {
        const auto table = value.table();
        if (!table) return passOn(table);
        auto entry = read(*table, file);
        if (!entry) return passOn(entry);
        scenario.entries.push_back(std::move(*entry));
    }
    return {};
}

Result<> readMixFaults(const Value& list, Scenario& scenario) {
    const auto names = list.array();
    if (!names) return passOn(names);
    if (names->empty()) return list.refused("expected at least one fault");
    for (const auto& name : *names) {
        auto fault = defaultFault(name);
        if (!fault) return passOn(fault);
        scenario.mix.push_back(std::move(*fault));
    }
    return {};
}

Result<> readMix(const Table& root, Scenario& scenario) {
    const auto value = root.optional("mix");
    if (!value) return {};
    const auto mix = value->table();
    if (!mix) return passOn(mix);
    const auto good = mix->required("good");
    if (!good) return passOn(good);
    const auto share = good->number(0, 1);
    if (!share) return passOn(share);
    scenario.good = *share;
    scenario.mix = {};
    if (const auto faults = mix->optional("faults")) {
        if (auto read = readMixFaults(*faults, scenario); !read) return read;
    } else {
        scenario.mix = allDefaultFaults();
    }
    return mix->finish();
}

Result<> readSeed(const Table& root, Scenario& scenario) {
    const auto value = root.optional("seed");
    if (!value) return {};
    const auto seed = value->integer(0, std::numeric_limits<std::int64_t>::max());
    if (!seed) return passOn(seed);
    scenario.seed = static_cast<std::uint64_t>(*seed);
    return {};
}

Result<> readOperator(const Table& root, Scenario& scenario) {
    const auto value = root.optional("operator");
    if (!value) return {};
    const auto table = value->table();
    if (!table) return passOn(table);
    if (const auto present = table->optional("present")) {
        const auto there = present->boolean();
        if (!there) return passOn(there);
        scenario.hand.present = *there;
    }
    if (const auto disobeys = table->optional("disobeys")) {
        const auto share = disobeys->number(0, 0.5);
        if (!share) return passOn(share);
        scenario.hand.disobeys = *share;
    }
    return table->finish();
}

bool applies(const Scenario::Entry& entry, const Unit& unit, int slot, int run) {
    return (!entry.serial || entry.serial == unit.serial.text()) &&
           (!entry.index || entry.index == unit.index) && (!entry.slot || entry.slot == slot) &&
           run >= entry.fromRun && run <= entry.untilRun;
}

} // namespace

UnitTroubles Scenario::troublesOf(const Unit& unit, int slot, int run, std::uint64_t benchSeed) const {
    UnitTroubles troubles;
    const auto add = [&troubles](const FaultSpec& fault) {
        fault.apply(troubles);
        troubles.names += (troubles.names.empty() ? "" : ";") + fault.name;
    };
    bool named = false;
    for (const auto& entry : entries) {
        if (!applies(entry, unit, slot, run)) continue;
        named = named || !entry.slot;
        if (entry.fault) add(*entry.fault);
        if (entry.picture) troubles.pictures.push_back(*entry.picture);
    }
    sim::Random draw(derivedSeed(benchSeed, "mix/" + unit.serial.text()));
    if (!named && !mix.empty() && draw.unit() >= good) add(mix[draw.below(mix.size())]);
    return troubles;
}

Result<std::shared_ptr<const Scenario>> readScenario(const std::filesystem::path& file) {
    const auto document = config::Document::read(file);
    if (!document) return passOn(document);
    const auto& root = document->root();
    auto scenario = std::make_shared<Scenario>();
    if (auto read = readSeed(root, *scenario); !read) return passOn(read);
    if (auto read = readOperator(root, *scenario); !read) return passOn(read);
    if (auto read = readMix(root, *scenario); !read) return passOn(read);
    if (auto read = readEntries(root, "unit", file, readUnit, *scenario); !read) return passOn(read);
    if (auto read = readEntries(root, "slot", file, readSlot, *scenario); !read) return passOn(read);
    if (auto finished = root.finish(); !finished) return passOn(finished);
    return std::shared_ptr<const Scenario>(std::move(scenario));
}

} // namespace framegate::simulation
