// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "jpeg/fault.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace framegate::jpeg {

struct Header;

/// What a sensor's header looks like, learnt from good pictures: every byte of every segment is as it was in
/// all of them, but for the picture size and the quantisation tables. Those must be tables that were seen or,
/// where all that were seen are scaled tables of ITU-T T.81 Annex K, others of this family.
class HeaderTemplate {
public:
    /// Learns from one more good picture whose SOI is at \a soiOffset.
    /// Errors: Module with the header's fault; InvalidInput `JPEG_HEADER_LAYOUT` if it is laid out otherwise
    /// than those before.
    Result<> learn(std::span<const std::byte> picture, std::size_t soiOffset = 0);

    /// As a JSON text; parse() reads it.
    std::string text() const;
    /// Errors: InvalidInput `HEADER_TEMPLATE`, with \a name.
    static Result<HeaderTemplate> parse(std::string_view text, const std::string& name);

    /// What keeps \a header, read from \a bytes, from being one like those learnt from.
    std::optional<Fault> check(std::span<const std::uint8_t> bytes, const Header& header) const;

    /// How many pictures were learnt from.
    unsigned pictures() const { return pictures_; }

private:
    struct Part {
        std::uint8_t marker = 0;
        std::vector<std::uint8_t> content; ///< what may vary is zero
    };
    using Tables = std::vector<std::uint8_t>; ///< of all DQT segments, one after another

    static std::vector<Part> partsOf(std::span<const std::uint8_t> bytes, const Header& header);
    static Tables tablesOf(const Header& header);
    std::optional<Fault> checkParts(const std::vector<Part>& parts, const Header& header) const;

    std::vector<Part> parts_;
    std::vector<Tables> tables_;
    bool scaledAnnexK_ = true;
    unsigned pictures_ = 0;
};

} // namespace framegate::jpeg
