// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/fields.h"
#include "config/readers.h"

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

} // namespace

Result<BoardDescription> boardOf(const Document& document) {
    Fields fields(document.root());
    BoardDescription board;
    board.name = fields.text("name");
    board.versions = readVersions(fields);
    board.fifoBytes = fields.integer<std::size_t>("fifo_bytes", 1024, largestFifo);
    board.dummyBytes = fields.integer<std::size_t>("dummy_bytes", 0, 1);
    board.zeroTailBytes = fields.integer<std::size_t>("zero_tail_bytes", 0, 1 << 20);
    board.spiHzMax = fields.integer<std::uint32_t>("spi_hz_max", 1000, 48'000'000);
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
