// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/focus.h"
#include "domain/pictures.h"
#include "domain/resolution.h"
#include "domain/test_record.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace framegate {

/// A lot begins.
struct LotStarted {
    std::string lot;
    std::string bench;
    std::string plan;
    unsigned units = 0;
    int slots = 0;
};
/// A run of a unit begins in a slot.
struct RunStarted {
    int slot = 0;
    std::string serial;
    int run = 1;
    unsigned steps = 0; ///< how many StepStarted to expect if nothing fails
};
/// A step, or one capture of a capturing step, begins.
struct StepStarted {
    int slot = 0;
    std::string step;
    std::optional<Resolution> resolution;
    unsigned index = 0; ///< from 0
};
/// A capture arrived; the bytes are those that are judged.
struct PictureTaken {
    int slot = 0;
    std::string serial;
    Resolution resolution;
    PictureBytes bytes;
    bool valid = false;
};
/// A lens is being set, and was looked at.
struct FocusLooked {
    int slot = 0;
    FocusLook look;
};
/// A run ended and its record is committed (or, for an ERROR that says so, could not be).
struct RunFinished {
    std::shared_ptr<const TestRecord> record;
};
/// Something the operator should know that belongs to no verdict.
struct StationNotice {
    int slot = 0; ///< 0: the whole station
    std::string message;
};
/// The lot ended; nothing follows.
struct LotFinished {
    LotSummary summary;
    bool stopped = false;
};

using RunEvent = std::variant<LotStarted, RunStarted, StepStarted, PictureTaken, FocusLooked, RunFinished,
                              StationNotice, LotFinished>;

/// Who wants to know how a run goes. Called from slot threads, one at a time; must return soon and must
/// not call back into the engine.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void publish(const RunEvent& event) = 0;
};

} // namespace framegate
