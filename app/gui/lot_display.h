// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/event_mailbox.h"
#include "gui/lot_thread.h"
#include "gui/station_model.h"
#include "gui/station_window.h"
#include "gui/thumbnail_decoder.h"

#include <QObject>
#include <QTimer>
#include <map>
#include <optional>

namespace framegate {

/// Runs a session's lot behind a window: the engine's events reach the model, and the model the window, some
/// thirty times a second. Thread-bound.
class LotDisplay : public QObject {
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds tickInterval{33};
    /// A slot's thumbnail is not renewed more often than this.
    static constexpr std::chrono::milliseconds thumbnailInterval{200};

    /// Both outlive this. Starts the lot; over() comes from the event loop, however soon the lot ends.
    LotDisplay(Session& session, std::string operatorId, StationWindow& window);

    /// May be asked more than once.
    void stop();
    /// The window is closed as soon as the lot is over.
    void closeWhenOver();
    /// Nothing while the lot runs.
    const std::optional<LotEnd>& end() const { return end_; }
    const StationModel& model() const { return model_; }

Q_SIGNALS:
    /// The lot is over and the window shows all of it.
    void over();

private:
    struct AskedThumbnail {
        std::uint64_t ticket = 0;
        StationModel::TimePoint at{};
    };

    void tick();
    void takeEvents(StationModel::TimePoint now);
    void askForThumbnails(StationModel::TimePoint now);
    void showThumbnails();
    bool hasAllThumbnails() const;
    void conclude();

    StationWindow& window_;
    StationModel model_;
    EventMailbox mailbox_;
    ThumbnailDecoder decoder_;
    std::map<int, AskedThumbnail> asked_; ///< by slot
    std::optional<LotEnd> end_;
    bool closes_ = false;
    QTimer timer_;
    LotThread thread_; // last: it publishes to the mailbox until it has ended
};

/// What the window can say of a session before its lot starts.
LotFacts factsOf(const Session& session, std::string operatorId);

} // namespace framegate
