// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/validator.h"

#include "jpeg/header.h"
#include "jpeg/walk.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate::jpeg {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::optional<Fault> checkFraming(Bytes bytes, std::size_t soiOffset) {
    if (bytes.size() < soiOffset + 4)
        return Fault{"JPEG_EMPTY", fmt::format("{} bytes hold no picture", bytes.size()), 0};
    if (bytes[soiOffset] == 0xFF && bytes[soiOffset + 1] == 0xD8) return std::nullopt;
    return Fault{"JPEG_SOI_MISSING",
                 fmt::format("expected SOI FF D8 at byte {}, found {:02X} {:02X}", soiOffset,
                             bytes[soiOffset], bytes[soiOffset + 1]),
                 soiOffset,
                 0xD8,
                 {},
                 "FF D8",
                 fmt::format("{:02X} {:02X}", bytes[soiOffset], bytes[soiOffset + 1])};
}

std::optional<Fault> checkSize(const Header& header, std::optional<Resolution> commanded) {
    if (!commanded || header.size == *commanded) return std::nullopt;
    return Fault{"JPEG_WRONG_SIZE",
                 fmt::format("the picture is {}, commanded was {}", header.size.text(), commanded->text()),
                 header.frameHeaderOffset,
                 0xC0,
                 {},
                 commanded->text(),
                 header.size.text()};
}

std::optional<Fault> checkTail(Bytes bytes, std::size_t end, std::size_t zerosAllowed) {
    const auto tail = bytes.subspan(end);
    static constexpr std::uint8_t soi[] = {0xFF, 0xD8};
    if (const auto second = std::search(tail.begin(), tail.end(), std::begin(soi), std::end(soi));
        second != tail.end())
        return Fault{"JPEG_SECOND_PICTURE", "another SOI follows the end of the picture",
                     end + static_cast<std::size_t>(second - tail.begin())};
    const auto rubbish = std::find_if(tail.begin(), tail.end(), [](std::uint8_t byte) { return byte != 0; });
    if (rubbish != tail.end())
        return Fault{"JPEG_TAIL_NONZERO",
                     fmt::format("{} bytes follow the end of the picture and are not all zero", tail.size()),
                     end + static_cast<std::size_t>(rubbish - tail.begin())};
    if (tail.size() > zerosAllowed)
        return Fault{"JPEG_TAIL_ZERO",
                     fmt::format("{} zero bytes follow the end of the picture, allowed are {}", tail.size(),
                                 zerosAllowed),
                     end};
    return std::nullopt;
}

/// The layers in order; the first fault counts.
std::optional<Fault> judge(Bytes bytes, const Expectation& expectation, Verdict& verdict) {
    if (auto fault = checkFraming(bytes, expectation.soiOffset)) return fault;
    Header header;
    auto fault = readHeader(bytes, expectation.soiOffset, header);
    if (header.frameHeaderOffset != 0) verdict.size = header.size;
    if (fault) return fault;
    if (auto layout = checkLayout(bytes, header, expectation.sensor)) return layout;
    if (expectation.layout)
        if (auto learnt = expectation.layout->check(bytes, header)) return learnt;
    if (auto size = checkSize(header, expectation.size)) return size;
    const auto coded = std::make_shared<CodedPicture>();
    if (auto scan = walkScan(bytes, header, *coded)) return scan;
    verdict.eoiOffset = coded->eoiOffset;
    verdict.tailBytes = bytes.size() - coded->eoiOffset - 2;
    verdict.coded = coded;
    return checkTail(bytes, coded->eoiOffset + 2, expectation.zeroTailBytes);
}

} // namespace

bool knowsSensor(std::string_view sensor) {
    return sensor == "ov2640" || sensor == "ov5642"; // of the OV5642's nothing is asked: docs/assumptions.md
}

Verdict validate(std::span<const std::byte> bytes, const Expectation& expectation) {
    Verdict verdict;
    const Bytes octets(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    auto fault = judge(octets, expectation, verdict);
    verdict.valid = !fault;
    if (fault) {
        verdict.code = std::move(fault->code);
        verdict.detail = std::move(fault->detail);
        verdict.offset = fault->offset;
        verdict.marker = fault->marker;
        verdict.mcu = fault->mcu;
        verdict.expected = std::move(fault->expected);
        verdict.got = std::move(fault->got);
    }
    return verdict;
}

} // namespace framegate::jpeg
