// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/fault_reader.h"

#include "domain/resolution.h"
#include "simulation/fault_parameters.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace framegate::simulation {
namespace {

using config::Table;

/// A fault whose only parameter is that it is there.
template <bool sim::Faults::*flag>
Apply flagFault(Parameters&) {
    return [](UnitTroubles& t) { t.module.*flag = true; };
}

Apply writeBusy(Parameters& p) {
    const auto us = p.integer("us", 1, 1'000'000, 3350);
    const auto registers = p.registers("registers");
    const bool streaming = p.word("when", {"always", "streaming"}, 0) == 1;
    return [=](UnitTroubles& t) {
        t.module.writeBusyUs = static_cast<std::uint32_t>(us);
        t.module.writeBusyRegisters = registers;
        t.module.writeBusyOnlyStreaming = streaming;
    };
}
Apply resetBusy(Parameters& p) {
    const auto ms = static_cast<std::uint32_t>(p.integer("ms", 1, 60'000, 620));
    return [=](UnitTroubles& t) { t.module.resetBusyMs = ms; };
}
Apply slowSettle(Parameters& p) {
    const auto ms = static_cast<std::uint32_t>(p.integer("ms", 1, 60'000, 4800));
    return [=](UnitTroubles& t) { t.module.settleMs = ms; };
}
Apply i2cNack(Parameters& p) {
    const auto probability = p.number("probability", 0, 1, 0.055);
    return [=](UnitTroubles& t) { t.module.nackProbability = probability; };
}
const std::vector<std::string> pinNames = {"cs", "sck", "mosi", "miso", "sda", "scl", "vcc", "gnd"};

Apply openPin(Parameters& p) {
    const auto pin = p.word("pin", pinNames, 3);
    return [=](UnitTroubles& t) { t.module.breakWire(static_cast<sim::Pin>(pin)); };
}
/// `to` is a supply wire or what the header has beside the pin.
Apply shortedPins(Parameters& p) {
    const auto pin = static_cast<sim::Pin>(p.word("pin", pinNames, 3));
    auto partners = sim::neighboursOf(pin);
    for (const auto supply : {sim::Pin::Gnd, sim::Pin::Vcc})
        if (pin != supply && std::find(partners.begin(), partners.end(), supply) == partners.end())
            partners.push_back(supply);
    std::vector<std::string> names;
    for (const auto partner : partners)
        names.push_back(pinNames[static_cast<std::size_t>(partner)]);
    const auto ground = std::find(names.begin(), names.end(), pin == sim::Pin::Gnd ? "vcc" : "gnd");
    const auto to = partners[p.word("to", names, static_cast<std::size_t>(ground - names.begin()))];
    return [=](UnitTroubles& t) { t.module.shorts.push_back({pin, to}); };
}
Apply spiNoise(Parameters& p) {
    const auto rate = p.number("ber_8mhz", 0, 0.5, 6.3e-5);
    return [=](UnitTroubles& t) { t.module.spiBitErrorRate8MHz = rate; };
}
Apply stuckBit(Parameters& p) {
    const auto bit = static_cast<std::uint8_t>(p.integer("bit", 0, 7, 3));
    const bool level = p.integer("level", 0, 1, 1) == 1;
    return [=](UnitTroubles& t) { t.module.stuckBit = sim::StuckBit{bit, level}; };
}
Apply wrongSensor(Parameters& p) {
    const auto id = p.integer("id", 1, 0xFFFF, 0);
    return [=](UnitTroubles& t) {
        t.module.otherSensor = id == 0;
        if (id != 0) t.module.sensorId = static_cast<std::uint16_t>(id);
    };
}
Apply standbyStuck(Parameters& p) {
    const bool clears = p.boolean("clears", false);
    return [=](UnitTroubles& t) { (clears ? t.module.standbyLeft : t.module.standbyStuck) = true; };
}
Apply fifoStale(Parameters& p) {
    const auto bytes = static_cast<std::uint32_t>(p.integer("bytes", 1, 8'000'000, 1024));
    const bool behind = p.word("where", {"front", "behind"}, 0) == 1;
    return [=](UnitTroubles& t) {
        t.module.staleBytes = bytes;
        t.module.staleBehind = behind;
    };
}
Apply glitch(Parameters& p) {
    const auto probability = p.number("probability", 0, 1, 0.8);
    return [=](UnitTroubles& t) { t.module.glitchProbability = probability; };
}
Apply bitFlip(Parameters& p) {
    const auto flips = static_cast<std::uint32_t>(p.integer("flips", 1, 100'000, 10));
    return [=](UnitTroubles& t) { t.module.bitFlips = flips; };
}
Apply sizeIgnored(Parameters& p) {
    const auto size = p.resolution("from", {640, 480});
    return [=](UnitTroubles& t) {
        t.module.ignoredWidth = size.width;
        t.module.ignoredHeight = size.height;
    };
}
Apply boardHang(Parameters& p) {
    static constexpr std::array opcodes = {wire::Opcode::Hello, wire::Opcode::I2cScript,
                                           wire::Opcode::Capture, wire::Opcode::ReadFifo};
    const auto place = p.word("at", {"hello", "script", "capture", "read"}, 2);
    return [=](UnitTroubles& t) { t.board.hangsAt = opcodes.at(place); };
}
/// At a byte, or in any packet with a probability; at byte 20,000 where nothing is said.
template <LinkFault BoardFaults::*place>
Apply linkFault(Parameters& p) {
    LinkFault fault;
    fault.probability = p.number("probability", 0, 1, 0);
    const auto byte = p.integer("at_byte", -1, 1'000'000'000, fault.probability > 0 ? -1 : 20'000);
    if (byte >= 0) fault.atByte = static_cast<std::uint64_t>(byte);
    if (fault.probability > 0 && fault.atByte)
        p.refuse("at_byte", "expected at_byte or probability, not both");
    return [=](UnitTroubles& t) { t.board.*place = fault; };
}
Apply brownout(Parameters& p) {
    const auto size = p.resolution("from", {640, 480});
    return [=](UnitTroubles& t) {
        t.module.brownoutWidth = size.width;
        t.module.brownoutHeight = size.height;
    };
}

/// The faults of module, wires, board and link.
const Builders& moduleFaults() {
    static const Builders all = {
        {"i2c-write-busy", writeBusy},
        {"reset-busy", resetBusy},
        {"slow-settle", slowSettle},
        {"i2c-nack", i2cNack},
        {"open", openPin},
        {"short", shortedPins},
        {"spi-noise", spiNoise},
        {"dvp-stuck-bit", stuckBit},
        {"spi-bit-rotate", flagFault<&sim::Faults::rotateBytes>},
        {"spi-dummy-byte", flagFault<&sim::Faults::dummyByte>},
        {"wrong-sensor", wrongSensor},
        {"sensor-dead", flagFault<&sim::Faults::sensorDead>},
        {"absent", flagFault<&sim::Faults::absent>},
        {"standby-stuck", standbyStuck},
        {"vsync-polarity", flagFault<&sim::Faults::vsyncPolarity>},
        {"capture-never-done", flagFault<&sim::Faults::neverDone>},
        {"fifo-stale", fifoStale},
        {"fifo-overflow", flagFault<&sim::Faults::overflow>},
        {"jpeg-engine-glitch", glitch},
        {"jpeg-no-eoi", flagFault<&sim::Faults::noEoi>},
        {"jpeg-bit-flip", bitFlip},
        {"size-ignored", sizeIgnored},
        {"brownout", brownout},
        {"usb-disconnect", linkFault<&BoardFaults::disconnects>},
        {"usb-stall", linkFault<&BoardFaults::stalls>},
        {"usb-corrupt", linkFault<&BoardFaults::corrupts>},
        {"usb-drop", linkFault<&BoardFaults::drops>},
        {"board-hang", boardHang},
        {"none", [](Parameters&) -> Apply { return [](UnitTroubles&) {}; }},
    };
    return all;
}

const Builders& builders() {
    static const Builders all = [] {
        Builders made = moduleFaults();
        made.insert(opticalFaults().begin(), opticalFaults().end());
        return made;
    }();
    return all;
}

std::string knownNames() {
    std::string names;
    for (const auto& [name, build] : builders())
        names += (names.empty() ? "" : ", ") + name;
    return names;
}

Result<FaultSpec> build(const config::Value& value, Parameters parameters) {
    const auto name = value.string();
    if (!name) return passOn(name);
    const auto found = builders().find(*name);
    if (found == builders().end())
        return value.refused(
            fmt::format("no fault called \"{}\" is simulated; there are {}", *name, knownNames()));
    auto apply = found->second(parameters);
    if (parameters.error()) return Failure(*parameters.error());
    return FaultSpec{*name, std::move(apply)};
}

} // namespace

Result<FaultSpec> readFault(const Table& entry) {
    const auto value = entry.required("fault");
    if (!value) return passOn(value);
    return build(*value, Parameters(entry));
}

Result<FaultSpec> defaultFault(const config::Value& name) {
    return build(name, Parameters());
}

std::vector<FaultSpec> allDefaultFaults() {
    std::vector<FaultSpec> faults;
    Parameters defaults;
    for (const auto& [name, build] : builders())
        if (name != "none" && name != "lamp") faults.push_back({name, build(defaults)});
    return faults;
}

} // namespace framegate::simulation
