// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/station_model.h"

#include <QString>
#include <chrono>

namespace framegate {

// What the window says, in the operator's language. Serials, codes and details stay as they are recorded.

/// "TESTING", "PASS", …
QString phaseWord(SlotPhase phase);
QString outcomeWord(Outcome outcome);
/// "1600 × 1200", which does not wrap.
QString sizeText(Resolution size);
/// "capture 1600 × 1200".
QString stepText(const SlotState& slot);
/// "run 2".
QString runText(int run);
/// Which unit is to be put into the slot next; empty if none.
QString nextText(const SlotState& slot);
/// What the slot shows, as sentences: for tooltips and screen readers.
QString slotSentence(const SlotState& slot);
/// "1:05" or "1:02:03".
QString clockText(std::chrono::nanoseconds time);
/// "3.2 s".
QString secondsText(std::chrono::nanoseconds time);
/// "97.5 %", or a dash.
QString percentText(std::optional<double> share);
/// What the station does, for the strip across the window; empty while it simply runs.
QString stationSentence(const StationModel& model);
/// "slot 3: …" or "station: …".
QString noticeText(const NoticeLine& notice);

} // namespace framegate
