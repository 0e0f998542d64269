// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/fields.h"
#include "config/readers.h"

#include <map>

namespace framegate::config {
namespace {

constexpr std::int64_t largestFifo = 64 << 20;

std::vector<std::uint8_t> readVersions(Fields& fields) {
    std::vector<std::uint8_t> versions;
    const auto value = fields.required("versions");
    if (!value) return versions;
    for (const auto& version : fields.take(value->array()))
        versions.push_back(static_cast<std::uint8_t>(fields.take(version.integer(0, 0xFF))));
    return versions;
}

/// One start-up write: [address, value] or [address, value, wait in ms].
ArduchipWrite readStartWrite(Fields& fields, const Value& value) {
    const auto parts = fields.take(value.array());
    if (!fields.good()) return {};
    if (parts.size() < 2 || parts.size() > 3) {
        fields.refuse(value.refused("expected [address, value] or [address, value, wait_ms]"));
        return {};
    }
    ArduchipWrite write;
    write.address = static_cast<std::uint8_t>(fields.take(parts[0].integer(0, 0x7F)));
    write.value = static_cast<std::uint8_t>(fields.take(parts[1].integer(0, 0xFF)));
    if (parts.size() == 3) write.wait = std::chrono::milliseconds(fields.take(parts[2].integer(0, 10'000)));
    return write;
}

Result<Rewind> rewindOf(const Value& value) {
    static const std::map<std::string, Rewind, std::less<>> words = {{"unknown", Rewind::Unknown},
                                                                     {"none", Rewind::None},
                                                                     {"0x10", Rewind::Bit0x10},
                                                                     {"0x20", Rewind::Bit0x20},
                                                                     {"0x30", Rewind::Bit0x30}};
    const auto word = value.string();
    const auto found = word ? words.find(*word) : words.end();
    if (found == words.end()) return value.expected("\"unknown\", \"none\", \"0x10\", \"0x20\" or \"0x30\"");
    return found->second;
}

Result<bool> levelOf(const Value& value) {
    const auto word = value.string();
    if (!word || (*word != "high" && *word != "low")) return value.expected("\"high\" or \"low\"");
    return *word == "high";
}

Result<StandbyControl> readStandby(const Value& value) {
    const auto table = value.table();
    if (!table) return passOn(table);
    Fields fields(*table);
    StandbyControl standby;
    standby.address = fields.integer<std::uint8_t>("address", 0, 0x7F);
    standby.mask = fields.integer<std::uint8_t>("mask", 1, 0xFF);
    if (const auto level = fields.required("level")) standby.standbyIsHigh = fields.take(levelOf(*level));
    standby.wakeTime = std::chrono::milliseconds(fields.integer<int>("wake_ms", 0, 10'000));
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return standby;
}

/// What registers 0x04, 0x06 and 0x41 do on this board.
void readBehaviour(Fields& fields, BoardDescription& board) {
    if (const auto rewind = fields.optional("rewind")) board.rewind = fields.take(rewindOf(*rewind));
    board.doneMask = fields.integerOr<std::uint8_t>(0x08, "done_mask", 1, 0xFF);
    board.vsyncMask = fields.integerOr<std::uint8_t>(0x01, "vsync_mask", 0, 0xFF);
    if (const auto standby = fields.optional("standby")) board.standby = fields.take(readStandby(*standby));
}

} // namespace

Result<BoardDescription> boardOf(const Document& document) {
    Fields fields(document.root());
    BoardDescription board;
    board.name = fields.text("name");
    board.versions = readVersions(fields);
    board.sensor = fields.optionalTexts("sensor");
    board.fifoBytes = fields.integer<std::size_t>("fifo_bytes", 1024, largestFifo);
    board.dummyBytes = fields.integer<std::size_t>("dummy_bytes", 0, 1);
    board.zeroTailBytes = fields.integer<std::size_t>("zero_tail_bytes", 0, 1 << 20);
    board.spiHzMax = fields.integer<std::uint32_t>("spi_hz_max", 1000, 48'000'000);
    readBehaviour(fields, board);
    for (const auto& value : fields.array("start"))
        board.start.push_back(readStartWrite(fields, value));
    board.provisional = fields.provisional({});
    board.sha256 = document.sha256();
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return board;
}

Result<BoardDescription> readBoard(const std::filesystem::path& file) {
    const auto document = Document::read(file);
    if (!document) return passOn(document);
    return boardOf(*document);
}

} // namespace framegate::config
