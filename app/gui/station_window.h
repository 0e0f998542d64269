// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/header_strip.h"
#include "gui/results_table.h"
#include "gui/slot_grid.h"
#include "gui/station_model.h"
#include "gui/strips.h"

#include <QListWidget>
#include <QPushButton>
#include <QWidget>

namespace framegate {

/// The operator's one window: shows a StationModel and asks for a stop. Holds no state of the lot.
/// Thread-bound.
class StationWindow : public QWidget {
    Q_OBJECT
public:
    explicit StationWindow(QWidget* parent = nullptr);

    /// Shows \a model as it is now. Cheap when little changed.
    void show(const StationModel& model, StationModel::TimePoint now);
    using QWidget::show;
    SlotTile* tile(int slot) const { return grid_->tile(slot); }
    /// Whether closing the window during a run asks first. On by default.
    void setAsksBeforeClosing(bool asks) { asksBeforeClosing_ = asks; }

Q_SIGNALS:
    /// The operator wants the lot to stop: the button, Esc, Ctrl+. or closing the window.
    void stopWanted();
    /// The window is to be closed once the lot is over; stopWanted came before.
    void closeWanted();

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeBottom();
    void showNotices(const StationModel& model);
    void showStopButton(const StationModel& model);
    bool mayStop();

    VirtualBenchBanner* banner_;
    HeaderStrip* header_;
    StatusStrip* status_;
    SlotGrid* grid_;
    ResultsTable* results_ = nullptr;
    QListWidget* notices_ = nullptr;
    QPushButton* stop_ = nullptr;
    QWidget* bottom_;
    StationPhase phase_ = StationPhase::Preparing;
    bool isOver_ = false;
    bool asksBeforeClosing_ = true;
    std::uint64_t noticesShown_ = 0;
};

} // namespace framegate
