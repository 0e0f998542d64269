// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/station_model.h"

#include <QLabel>

namespace framegate {

/// The striped band across the top that says that no real module is being tested. Thread-bound.
class VirtualBenchBanner : public QLabel {
public:
    explicit VirtualBenchBanner(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// Says across the window that the station is stopping, how the lot ended, or why the station cannot go on;
/// hidden otherwise. Thread-bound.
class StatusStrip : public QLabel {
public:
    explicit StatusStrip(QWidget* parent = nullptr);
    void show(const StationModel& model);
};

} // namespace framegate
