// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/header_template.h"

#include "jpeg/header.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace framegate::jpeg {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view format = "framegate header template 1";

std::string hexOf(std::span<const std::uint8_t> bytes) {
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

std::vector<std::uint8_t> bytesOf(const std::string& hex) {
    std::vector<std::uint8_t> bytes(hex.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto* const begin = hex.data() + 2 * i;
        if (std::from_chars(begin, begin + 2, bytes[i], 16).ptr != begin + 2)
            throw std::invalid_argument("\"" + hex + "\" is no hexadecimal text");
    }
    return bytes;
}

} // namespace

std::vector<HeaderTemplate::Part> HeaderTemplate::partsOf(std::span<const std::uint8_t> bytes,
                                                          const Header& header) {
    std::vector<Part> parts;
    for (const auto& segment : header.segments) {
        const auto content = bytes.subspan(segment.offset + 4, segment.length);
        Part part{segment.marker, {content.begin(), content.end()}};
        if (segment.marker == 0xC0) std::fill_n(part.content.begin() + 1, 4, std::uint8_t{0}); // the size
        for (std::size_t at = 0; segment.marker == 0xDB && at < content.size(); at += 65)
            std::fill_n(part.content.begin() + static_cast<std::ptrdiff_t>(at) + 1, 64, std::uint8_t{0});
        parts.push_back(std::move(part));
    }
    return parts;
}

HeaderTemplate::Tables HeaderTemplate::tablesOf(const Header& header) {
    Tables tables;
    for (const auto& table : header.tablesInOrder)
        for (const auto value : table)
            tables.push_back(static_cast<std::uint8_t>(value));
    return tables;
}

Result<> HeaderTemplate::learn(std::span<const std::byte> picture, std::size_t soiOffset) {
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(picture.data()), picture.size());
    Header header;
    if (const auto fault = readHeader(bytes, soiOffset, header))
        return failure(ErrorKind::Module, fault->code, fault->detail);
    auto parts = partsOf(bytes, header);
    if (pictures_ == 0)
        parts_ = std::move(parts);
    else if (const auto fault = checkParts(parts, header))
        return failure(ErrorKind::InvalidInput, fault->code, fault->detail);
    auto tables = tablesOf(header);
    if (std::find(tables_.begin(), tables_.end(), tables) == tables_.end())
        tables_.push_back(std::move(tables));
    scaledAnnexK_ = scaledAnnexK_ && hasScaledAnnexK(header);
    ++pictures_;
    return {};
}

std::optional<Fault> HeaderTemplate::checkParts(const std::vector<Part>& parts, const Header& header) const {
    for (std::size_t i = 0; i < std::min(parts.size(), parts_.size()); ++i) {
        const auto& got = parts[i];
        const auto& expected = parts_[i];
        if (got.marker == expected.marker && got.content == expected.content) continue;
        const auto differs = std::mismatch(got.content.begin(), got.content.end(), expected.content.begin(),
                                           expected.content.end());
        const auto at =
            header.segments[i].offset + 4 + static_cast<std::size_t>(differs.first - got.content.begin());
        return Fault{"JPEG_HEADER_LAYOUT",
                     fmt::format("segment {} differs from the header learnt", i),
                     got.marker == expected.marker ? at : header.segments[i].offset,
                     got.marker,
                     {},
                     fmt::format("FF {:02X} {}", expected.marker, hexOf(expected.content)),
                     fmt::format("FF {:02X} {}", got.marker, hexOf(got.content))};
    }
    if (parts.size() == parts_.size()) return std::nullopt;
    return Fault{"JPEG_HEADER_LAYOUT",
                 fmt::format("{} segments, {} in the header learnt", parts.size(), parts_.size()),
                 header.scanOffset,
                 {},
                 {},
                 fmt::to_string(parts_.size()),
                 fmt::to_string(parts.size())};
}

std::optional<Fault> HeaderTemplate::check(std::span<const std::uint8_t> bytes, const Header& header) const {
    if (auto fault = checkParts(partsOf(bytes, header), header)) return fault;
    const bool seen = std::find(tables_.begin(), tables_.end(), tablesOf(header)) != tables_.end();
    if (seen || (scaledAnnexK_ && hasScaledAnnexK(header))) return std::nullopt;
    return Fault{"JPEG_QUANTISATION", "quantisation tables that are not of the family learnt",
                 header.segments.front().offset, 0xDB};
}

std::string HeaderTemplate::text() const {
    Json json = {{"format", format},
                 {"pictures", pictures_},
                 {"quantisation", scaledAnnexK_ ? "scaled-annex-k" : "as-seen"},
                 {"segments", Json::array()},
                 {"tables", Json::array()}};
    for (const auto& part : parts_)
        json["segments"].push_back({{"marker", part.marker}, {"content", hexOf(part.content)}});
    for (const auto& tables : tables_)
        json["tables"].push_back(hexOf(tables));
    return json.dump(2) + "\n";
}

Result<HeaderTemplate> HeaderTemplate::parse(std::string_view text, const std::string& name) {
    try {
        const auto json = Json::parse(text);
        if (json.at("format") != format) throw std::invalid_argument("the format is another one");
        HeaderTemplate made;
        made.pictures_ = json.at("pictures").get<unsigned>();
        made.scaledAnnexK_ = json.at("quantisation") == "scaled-annex-k";
        for (const auto& part : json.at("segments"))
            made.parts_.push_back({part.at("marker").get<std::uint8_t>(), bytesOf(part.at("content"))});
        for (const auto& tables : json.at("tables"))
            made.tables_.push_back(bytesOf(tables));
        return made;
    } catch (const std::exception& error) {
        return failure(
            ErrorKind::InvalidInput, "HEADER_TEMPLATE",
            fmt::format("{}: no header template as verify --learn writes it: {}", name, error.what()));
    }
}

} // namespace framegate::jpeg
