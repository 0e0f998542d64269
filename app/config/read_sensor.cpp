// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/readers.h"
#include "config/register_names.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace framegate::config {
namespace {

/// Writes that several modes share, by name.
struct Block {
    std::vector<RegisterWrite> writes;
    Table table;
    bool used = false;
};
using Blocks = std::map<std::string, Block, std::less<>>;

/// A mode with where the file says it.
struct PlacedMode {
    SensorMode mode;
    Table table;
};

void append(std::vector<RegisterWrite>& to, const std::vector<RegisterWrite>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

Result<IdentityRegister> readIdentity(const Table& table, const RegisterNames& names) {
    Fields fields(table);
    IdentityRegister identity;
    if (const auto value = fields.required("register")) identity.at = fields.take(names.named(*value)).at;
    for (const auto& value : fields.array("accepted"))
        identity.accepted.push_back(static_cast<std::uint8_t>(fields.take(value.integer(0, 0xFF))));
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return identity;
}

/// `soft_reset = ["NAME", value]`. A reset bit clears itself, so it is never read back.
Result<RegisterWrite> readSoftReset(const Value& value, const RegisterNames& names) {
    const auto parts = value.array();
    if (!parts) return passOn(parts);
    if (parts->size() != 2) return value.refused("expected [register, value]");
    const auto named = names.named(parts->front());
    if (!named) return passOn(named);
    const auto byte = parts->back().integer(0, 0xFF);
    if (!byte) return passOn(byte);
    return RegisterWrite{named->at, static_cast<std::uint8_t>(*byte), false, false};
}

Result<std::vector<RegisterWrite>> readGroup(const Table& table, const RegisterNames& names) {
    Fields fields(table);
    auto writes = names.readWrites(fields);
    if (!writes) return writes;
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return writes;
}

Result<> readBlock(const Table& table, const RegisterNames& names, Blocks& blocks) {
    Fields fields(table);
    const auto name = fields.text("name");
    auto writes = fields.take(names.readWrites(fields));
    if (auto finished = fields.finish(); !finished) return finished;
    if (!blocks.try_emplace(name, Block{std::move(writes), table, false}).second)
        return table.refused(fmt::format("a block is called \"{}\" already", name));
    return {};
}

Result<std::vector<RegisterWrite>> readPart(const Value& value, const RegisterNames& names, Blocks& blocks) {
    const auto name = value.string();
    if (!name) {
        const auto table = value.table();
        if (!table) return value.expected("the name of a block or a table with writes");
        return readGroup(*table, names);
    }
    const auto found = blocks.find(*name);
    if (found == blocks.end()) {
        std::vector<std::string> known;
        for (const auto& block : blocks)
            known.push_back(block.first);
        return value.refused(
            fmt::format("no block is called \"{}\"; there are {}", *name, fmt::join(known, ", ")));
    }
    found->second.used = true;
    return found->second.writes;
}

/// `field = [left, top, width, height]`: shares of the whole field.
Result<FieldShare> readField(const Value& value) {
    const auto parts = value.array();
    if (!parts) return passOn(parts);
    if (parts->size() != 4) return value.refused("expected [left, top, width, height]");
    std::array<double, 4> shares{};
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const auto share = (*parts)[i].number(i < 2 ? 0 : 0.01, 1);
        if (!share) return passOn(share);
        shares.at(i) = *share;
    }
    const auto [left, top, width, height] = shares;
    if (left + width > 1 || top + height > 1) return value.refused("expected a part of the whole field");
    return FieldShare{left, top, width, height};
}

Result<PlacedMode> readMode(const Table& table, const RegisterNames& names, Blocks& blocks) {
    Fields fields(table);
    PlacedMode placed{{}, table};
    if (const auto size = fields.required("size")) placed.mode.size = fields.take(resolutionOf(*size));
    if (const auto field = fields.optional("field")) placed.mode.field = fields.take(readField(*field));
    for (const auto& part : fields.array("parts"))
        append(placed.mode.writes, fields.take(readPart(part, names, blocks)));
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return placed;
}

std::set<RegisterAddress> addressesOf(const SensorMode& mode) {
    std::set<RegisterAddress> addresses;
    for (const auto& write : mode.writes)
        addresses.insert(write.at);
    return addresses;
}

/// What start-up leaves in registers.
using BaseImage = std::map<RegisterAddress, RegisterWrite>;

BaseImage baseImage(const SensorDescription& sensor) {
    BaseImage image;
    for (const auto& write : imageOf(sensor.base))
        image.emplace(write.at, write);
    return image;
}

/// Puts in front of a mode's writes what it leaves as start-up set it but another mode changes. Refuses a
/// register that start-up does not set: the size would depend on the one before.
Result<> complete(PlacedMode& placed, const std::map<RegisterAddress, Resolution>& written,
                  const BaseImage& base, const RegisterNames& names) {
    const auto own = addressesOf(placed.mode);
    std::vector<RegisterWrite> missing;
    for (const auto& [at, by] : written) {
        if (own.count(at) > 0) continue;
        const auto start = base.find(at);
        if (start == base.end())
            return placed.table.refused(
                fmt::format("mode {} does not write {}, which mode {} does and base does not; the size would "
                            "depend on the one set before",
                            placed.mode.size.text(), names.nameOf(at), by.text()));
        missing.push_back(start->second);
    }
    placed.mode.writes.insert(placed.mode.writes.begin(), missing.begin(), missing.end());
    return {};
}

/// Makes every mode write each register that any mode writes: else a size would depend on the one before.
Result<> completeAll(std::vector<PlacedMode>& modes, const SensorDescription& sensor,
                     const RegisterNames& names) {
    std::map<RegisterAddress, Resolution> written;
    for (const auto& placed : modes)
        for (const auto& write : placed.mode.writes)
            written.try_emplace(write.at, placed.mode.size);
    const auto base = baseImage(sensor);
    for (auto& placed : modes)
        if (auto completed = complete(placed, written, base, names); !completed) return completed;
    return {};
}

Result<> checkUnique(const std::vector<PlacedMode>& modes) {
    std::map<Resolution, std::size_t> lines;
    for (const auto& placed : modes) {
        const auto line = placed.table.position().line;
        const auto [first, added] = lines.try_emplace(placed.mode.size, line);
        if (!added)
            return placed.table.refused(fmt::format("size {} is described already on line {}",
                                                    placed.mode.size.text(), first->second));
    }
    return {};
}

Result<> checkBlocksUsed(const Blocks& blocks) {
    for (const auto& [name, block] : blocks)
        if (!block.used) return block.table.refused(fmt::format("no mode uses block \"{}\"", name));
    return {};
}

Result<std::vector<PlacedMode>> readPlacedModes(Fields& fields, const RegisterNames& names) {
    Blocks blocks;
    for (const auto& table : fields.optionalTables("block"))
        if (auto read = readBlock(table, names, blocks); !read) return passOn(read);
    std::vector<PlacedMode> placed;
    for (const auto& table : fields.tables("mode")) {
        auto mode = readMode(table, names, blocks);
        if (!mode) return passOn(mode);
        placed.push_back(std::move(*mode));
    }
    if (auto checked = checkUnique(placed); !checked) return passOn(checked);
    if (auto checked = checkBlocksUsed(blocks); !checked) return passOn(checked);
    return placed;
}

/// The modes of \a sensor, of which all but these has been read.
Result<std::vector<SensorMode>> readModes(Fields& fields, const RegisterNames& names,
                                          const SensorDescription& sensor) {
    auto placed = readPlacedModes(fields, names);
    if (!placed) return passOn(placed);
    if (auto completed = completeAll(*placed, sensor, names); !completed) return passOn(completed);
    std::vector<SensorMode> modes;
    modes.reserve(placed->size());
    for (auto& one : *placed) {
        SensorMode mode{one.mode.size, sensor.hold, one.mode.field};
        append(mode.writes, one.mode.writes);
        append(mode.writes, sensor.release);
        modes.push_back(std::move(mode));
    }
    std::stable_sort(modes.begin(), modes.end(),
                     [](const auto& a, const auto& b) { return a.size.pixels() < b.size.pixels(); });
    return modes;
}

std::vector<RegisterWrite> readGroups(Fields& fields, const std::vector<Table>& tables,
                                      const RegisterNames& names) {
    std::vector<RegisterWrite> writes;
    for (const auto& table : tables)
        append(writes, fields.take(readGroup(table, names)));
    return writes;
}

/// Whether \a undo sets every bit that \a writes set, and no other.
bool sameBits(const std::vector<RegisterWrite>& writes, const std::vector<RegisterWrite>& undo) {
    const auto one = imageOf(writes);
    const auto other = imageOf(undo);
    return std::equal(
        one.begin(), one.end(), other.begin(), other.end(),
        [](const RegisterWrite& a, const RegisterWrite& b) { return a.at == b.at && a.mask == b.mask; });
}

/// Bad pixels as they are, and repaired again.
Result<> readBareArray(Fields& fields, const RegisterNames& names, SensorDescription& sensor) {
    const auto bare = fields.optionalTables("bare_array");
    const auto repaired = fields.optionalTables("repaired_array");
    sensor.bareArray = readGroups(fields, bare, names);
    sensor.repairedArray = readGroups(fields, repaired, names);
    if (!fields.good() || sameBits(sensor.bareArray, sensor.repairedArray)) return {};
    return (repaired.empty() ? fields.table() : repaired.front())
        .refused("repaired_array must write the registers and bits that bare_array writes");
}

/// The test pattern and what switches it off.
Result<> readTestPattern(Fields& fields, const RegisterNames& names, SensorDescription& sensor) {
    const auto on = fields.optionalTables("test_pattern");
    const auto off = fields.optionalTables("test_pattern_off");
    sensor.testPattern = readGroups(fields, on, names);
    sensor.testPatternOff = readGroups(fields, off, names);
    sensor.barsRepeatExactly = fields.booleanOr(false, "bars_repeat_exactly");
    if (!fields.good()) return {};
    if (!sameBits(sensor.testPattern, sensor.testPatternOff))
        return (off.empty() ? fields.table() : off.front())
            .refused("test_pattern_off must write the registers and bits that test_pattern writes");
    if (sensor.barsRepeatExactly && sensor.testPattern.empty())
        return fields.required("bars_repeat_exactly")->refused("there is no test_pattern that could repeat");
    return {};
}

/// `[register, bits]`, any number of them.
std::vector<ExposureRegisters::Bits> readBits(Fields& fields, std::string_view key,
                                              const RegisterNames& names) {
    std::vector<ExposureRegisters::Bits> all;
    for (const auto& value : fields.array(key)) {
        const auto pair = fields.take(value.array());
        if (!fields.good()) break;
        if (pair.size() != 2) {
            fields.refuse(value.refused("expected [register, bits]"));
            break;
        }
        const auto named = fields.take(names.named(pair.front()));
        all.push_back({named.at, static_cast<std::uint8_t>(fields.take(pair.back().integer(1, 0xFF)))});
    }
    return all;
}

Result<ExposureRegisters> readExposure(const Value& value, const RegisterNames& names) {
    const auto table = value.table();
    if (!table) return passOn(table);
    Fields fields(*table);
    ExposureRegisters exposure;
    exposure.time = readBits(fields, "time", names);
    exposure.unitsPerLine = fields.integerOr<unsigned>(1, "units_per_line", 1, 256);
    exposure.gain = readBits(fields, "gain", names);
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return exposure;
}

Result<SettleRule> readSettle(const Value& value) {
    const auto table = value.table();
    if (!table) return passOn(table);
    Fields fields(*table);
    SettleRule rule;
    rule.stableFrames = fields.integer<unsigned>("stable_frames", 1, 100);
    if (const auto tolerance = fields.required("length_tolerance"))
        rule.lengthTolerance = fields.take(tolerance->number(0, 1));
    rule.limit = std::chrono::milliseconds(fields.integer<int>("limit_ms", 1, 60'000));
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return rule;
}

/// The standard quality is what start-up sets, so start-up must set it.
Result<JpegQuality> readQuality(const Value& value, const RegisterNames& names,
                                const SensorDescription& sensor) {
    const auto table = value.table();
    if (!table) return passOn(table);
    Fields fields(*table);
    JpegQuality quality;
    const auto place = fields.required("register");
    if (place) quality.at = fields.take(names.named(*place)).at;
    quality.finest = fields.integer<std::uint8_t>("finest", 0, 0xFF);
    quality.coarsest = fields.integer<std::uint8_t>("coarsest", quality.finest, 0xFF);
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    const auto base = baseImage(sensor);
    const auto start = base.find(quality.at);
    if (start == base.end())
        return place->refused(fmt::format("base does not write {}, so the standard quality is not known",
                                          names.nameOf(quality.at)));
    quality.standard = start->second.value;
    return quality;
}

/// What the sensor stands: pauses, clock, settling.
void readTiming(Fields& fields, SensorDescription& sensor) {
    sensor.writePause = std::chrono::microseconds(fields.integerOr<int>(0, "write_pause_us", 0, 100'000));
    // SCCB ends at 400 kHz.
    sensor.i2cHzMax = fields.integerOr<std::uint32_t>(400'000, "i2c_hz_max", 10'000, 1'000'000);
    if (const auto settle = fields.optional("settle")) sensor.settle = fields.take(readSettle(*settle));
}

/// What may be named as provisional beside the file's keys: registers and sizes.
std::set<std::string> provisionalNames(const SensorDescription& sensor, const RegisterNames& names) {
    std::set<std::string> known;
    for (const auto& [name, named] : names.all())
        known.insert(name);
    for (const auto& mode : sensor.modes)
        known.insert(mode.size.text());
    return known;
}

void readRegisters(Fields& fields, RegisterNames& names) {
    const auto value = fields.required("registers");
    if (!value) return;
    const auto table = value->table();
    if (!table) return fields.refuse(passOn(table));
    fields.check(names.read(*table));
}

/// All that a sensor file says beyond the keys that describe its bus.
Result<> readContent(Fields& fields, RegisterNames& names, SensorDescription& sensor) {
    readRegisters(fields, names);
    if (const auto value = fields.required("soft_reset"))
        sensor.softReset = fields.take(readSoftReset(*value, names));
    for (const auto& table : fields.tables("identity"))
        sensor.identity.push_back(fields.take(readIdentity(table, names)));
    sensor.base = readGroups(fields, fields.tables("base"), names);
    sensor.hold = readGroups(fields, fields.optionalTables("hold"), names);
    sensor.release = readGroups(fields, fields.optionalTables("release"), names);
    sensor.freezeAuto = readGroups(fields, fields.optionalTables("freeze_auto"), names);
    sensor.releaseAuto = readGroups(fields, fields.optionalTables("release_auto"), names);
    if (const auto exposure = fields.optional("exposure"))
        sensor.exposure = fields.take(readExposure(*exposure, names));
    fields.check(readBareArray(fields, names, sensor));
    fields.check(readTestPattern(fields, names, sensor));
    if (const auto quality = fields.optional("jpeg_quality"))
        sensor.jpegQuality = fields.take(readQuality(*quality, names, sensor));
    readTiming(fields, sensor);
    sensor.modes = fields.take(readModes(fields, names, sensor));
    sensor.provisional = fields.provisional(provisionalNames(sensor, names));
    return fields.finish();
}

} // namespace

Result<SensorDescription> sensorOf(const Document& document) {
    Fields fields(document.root());
    SensorDescription sensor;
    sensor.name = fields.text("name");
    // 0x00…0x07 and 0x78…0x7f are reserved by the I2C specification (UM10204, 3.1.12).
    sensor.i2cAddress = fields.integer<std::uint8_t>("i2c_address", 0x08, 0x77);
    sensor.addressBytes = fields.integer<std::uint8_t>("address_bytes", 1, 2);
    if (const auto bank = fields.optional("bank_register"))
        sensor.bankRegister = static_cast<std::uint8_t>(fields.take(bank->integer(0, 0xFF)));
    RegisterNames names(sensor.addressBytes, sensor.bankRegister,
                        fields.booleanOr(false, "read_back_unnamed"));
    sensor.sha256 = document.sha256();
    if (auto read = fields.soFar(); !read) return passOn(read);
    if (auto read = readContent(fields, names, sensor); !read) return passOn(read);
    return sensor;
}

Result<SensorDescription> readSensor(const std::filesystem::path& file) {
    const auto document = Document::read(file);
    if (!document) return passOn(document);
    return sensorOf(*document);
}

} // namespace framegate::config
