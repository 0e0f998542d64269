// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace framegate {

/// What comparing several copies of what should be the same bytes told.
struct BitComparison {
    std::size_t compared = 0;    ///< copies of the common length
    std::size_t otherLength = 0; ///< copies of another length: bits went missing or came, nobody knows which
    std::uint64_t bits = 0;      ///< of all copies compared
    std::uint64_t bitErrors = 0; ///< of these, bits unlike the reference
    std::size_t differing = 0;   ///< copies compared that have such a bit

    /// All copies are the same in every bit.
    bool exact() const { return otherLength == 0 && differing == 0; }
};

/// Compares \a copies with a reference: each bit as most of the copies of the common length have it; half
/// and half counts as the first of them has it. The common length is that of most copies, the shorter of two
/// as frequent. Takes at least three copies to tell which one is wrong.
BitComparison compareBits(const std::vector<std::span<const std::byte>>& copies);

/// Upper end of the one-sided 95 % confidence interval (Clopper and Pearson) of the rate of which \a errors
/// in \a trials were seen: about 3 / trials without an error. 1 without a trial.
double rateBound95(std::uint64_t errors, std::uint64_t trials);

} // namespace framegate
