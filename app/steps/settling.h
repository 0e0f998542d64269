// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "camera/camera.h"
#include "jpeg/validator.h"
#include "steps/frame_likeness.h"
#include "steps/step.h"

#include <chrono>
#include <string>

namespace framegate {

/// A frame and what the validator says of it.
struct JudgedFrame {
    CapturedFrame frame;
    jpeg::Verdict verdict;
    std::string moduleCode; ///< set when the module gave no frame worth reading
    std::string moduleDetail;

    bool valid() const { return moduleCode.empty() && verdict.valid; }
};

/// The time that a module has had to settle, frame by frame: by the clock, but of a frame no more than the
/// board took for it and a margin. While the station stood still (a busy PC or hub) nobody looked at the
/// module.
class SettlingTime {
public:
    /// Begins now.
    explicit SettlingTime(const Clock& clock) : clock_(clock), counted_(clock.now()) {}
    /// What went by up to now belongs to that frame.
    void add(const JudgedFrame& frame);
    std::chrono::nanoseconds passed() const { return passed_; }

private:
    const Clock& clock_;
    ClockTime counted_;
    std::chrono::nanoseconds passed_{0};
};

/// How settling went, and the frame with which it ended.
struct Settling {
    unsigned frames = 0;
    unsigned relapses = 0;   ///< invalid frames after a valid one
    unsigned linkErrors = 0; ///< captures taken again, as their transfer was damaged
    std::chrono::nanoseconds time{0};
    bool settled = false;
    unsigned oddFrames =
        0; ///< valid frames unlike the alike ones around them, in what exposure cannot explain
    double changedShare = 0; ///< of MCUs, from the last valid frame but one to the last
    Look look;               ///< of the last valid frame
    JudgedFrame last;
};

/// Takes one frame, with a capture more for each damaged transfer that the plan allows; \a linkErrors counts
/// on. That the module gives none worth reading is a finding; everything else that goes wrong is an error.
/// Errors: those of Camera::capture but kind Module; Protocol `CRC_MISMATCH`.
Result<JudgedFrame> takeFrame(StepContext& context, Resolution size, unsigned& linkErrors);

/// The bytes of the picture alone: without the board's dummy byte and the FIFO's tail. Takes them out of the
/// frame: a large picture is not copied.
PictureBytes takePicture(const TestPlan& plan, JudgedFrame& judged);

/// Takes frames until the sensor's number in a row were valid and alike. The first of them must have begun
/// within the plan's limit: how long they then take to be read says nothing of the sensor. Frames that stay
/// valid but never alike end it at twice the limit. Errors: as takeFrame().
Result<Settling> settle(StepContext& context, Resolution size);

} // namespace framegate
