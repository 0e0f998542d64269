// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "camera/camera.h"
#include "domain/focus.h"
#include "domain/measurement.h"
#include "domain/pictures.h"
#include "domain/station_layout.h"
#include "domain/test_plan.h"
#include "reports/picture_artist.h"
#include "steps/scene_sketch.h"
#include "usb/usb_backend.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// What the station knows of a slot besides the module.
struct SlotAccess {
    UsbBackend& usb; ///< to reach the board when its firmware is gone
    SlotLayout layout;
    SwappedBoards swappedBoards = SwappedBoards::Note;
};

/// What a step works with: one module in one slot. Thread-bound to the slot's thread.
struct StepContext {
    const TestPlan& plan;
    Camera& camera;
    BoardHello& hello; ///< filled in by the step that greets the board
    Deadline deadline;
    std::stop_token stop;
    /// Somebody shows the module what the fixture cannot; empty: nobody is there.
    std::function<Result<>(Scene, std::stop_token)> askFor{};
    /// Somebody is told how the lens stands and may turn it; true once they say that it is set. Empty: nobody
    /// is there.
    std::function<Result<bool>(const FocusLook&, std::stop_token)> turnLens{};
    Scene scene = Scene::Chart;          ///< in front of the module
    bool sceneByHand = false;            ///< somebody has put it there
    std::vector<SceneSketch> sketches{}; ///< of this run's settled pictures, one a size
    /// These pictures, where the plan names the chart that they show.
    std::map<Resolution, PictureBytes> settledPictures{};
    const SlotAccess* slot = nullptr; ///< none where nobody knows
};

/// A capture to be shown, and kept if it is no good.
struct ShownPicture {
    Resolution size;
    PictureBytes bytes;
    bool valid = false;
};

/// What a step found. A step that returns an Error instead ends the run: kind Module means the unit is
/// bad, Cancelled that somebody stopped it, everything else that the station could not tell.
struct StepFinding {
    std::vector<Reading> readings;
    std::string failureCode; ///< set when the unit is bad although the step ran to its end
    std::string failureDetail;
    /// What failureCode names is the station's: nobody can tell how the unit is.
    bool blamesStation = false;
    /// Readings that are recorded and not judged, whatever limits they have: what else was found explains
    /// them.
    std::vector<std::string> explained{};
    bool ends = false;  ///< the unit is so bad that no later step makes sense
    std::string notice; ///< what the operator should know, and no verdict
    std::optional<ShownPicture> picture;
    std::vector<JudgedPicture> scenes{}; ///< every picture that was judged, to be drawn
    /// The part of the judgement that needs the module no more. It may be called from another thread, while
    /// the module is already at the next step; what it finds is added to the above.
    std::function<Result<StepFinding>()> later;
};

/// One kind of plan step. Stateless; may be used from several slots at once.
class Step {
public:
    virtual ~Step() = default;
    virtual std::string_view type() const = 0;
    /// How many captures it takes of a plan's entry: for progress. At least 1.
    virtual unsigned weight(const StepSpec& spec) const {
        return spec.resolutions.empty() ? 1U : static_cast<unsigned>(spec.resolutions.size());
    }
    /// Whether it makes the board ready to ship, after which there is no test firmware on it: such a step
    /// runs after the teardown, and only where everything before has passed. It must be the plan's last.
    virtual bool ships() const { return false; }
    /// The names of the readings that it may find.
    virtual std::vector<std::string_view> measures() const { return {}; }
    /// What is wrong with the entry in a plan, or nothing.
    virtual Result<> check(const TestPlan& plan, const StepSpec& spec) const = 0;
    /// Does it, for one capture (\a resolution) or once.
    virtual Result<StepFinding> run(StepContext& context, const StepSpec& spec,
                                    std::optional<Resolution> resolution) const = 0;
};

/// The step of this type, or null.
const Step* findStep(std::string_view type);
/// The types of all steps, sorted.
std::vector<std::string_view> stepTypes();
/// Whether any step there is may find a reading of this name.
bool isMeasured(std::string_view name);

} // namespace framegate
