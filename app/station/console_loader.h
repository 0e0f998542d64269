// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/unit_loader.h"

#include <map>
#include <mutex>
#include <set>
#include <string>

namespace framegate {

/// Asks on standard error, and gives the line that comes on standard input.
/// Errors: NotAvailable `NO_OPERATOR` at its end, Cancelled.
Result<std::string> askAtTerminal(const std::string& question, std::stop_token stop);

/// Asks on the terminal for each unit, one question at a time. Without a terminal a slot's first unit is
/// taken to be in place already, and no second one can be had: the same module must not be tested twice
/// under two serials. Thread-safe.
class ConsoleLoader : public UnitLoader {
public:
    /// Errors also: NotAvailable `NO_OPERATOR` when there is no terminal to ask at.
    Result<> insert(int slot, const Unit& unit, int run, std::stop_token stop) override;
    Result<> show(int slot, Scene scene, std::stop_token stop) override;
    /// The terminal's progress view shows how the lens stands; Enter says that it is done, and where several
    /// lenses are being set, the slot's number before it.
    Result<bool> adjustFocus(int slot, const FocusLook& look, std::stop_token stop) override;
    void remove(int slot) override;

private:
    bool lineTyped();

    std::mutex terminal_;
    std::map<int, std::string> inSlot_;
    std::set<int> setting_; ///< slots whose lens is being set
    std::string typed_;     ///< of a line that is not complete
    std::set<int> done_;    ///< slots whose operator says so
};

} // namespace framegate
