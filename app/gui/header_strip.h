// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/station_model.h"

#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QWidget>

namespace framegate {

/// A label that shortens its text in the middle when there is no room, and then shows all of it as a tooltip.
class ElidedLabel : public QLabel {
public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// Which lot this is and how it goes: plan, lot, bench, operator; counts, yield, progress. Thread-bound.
class HeaderStrip : public QWidget {
public:
    explicit HeaderStrip(QWidget* parent = nullptr);
    void show(const StationModel& model, StationModel::TimePoint now);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Field {
        QLabel* caption = nullptr;
        QLabel* value = nullptr;
    };

    Field addFact(QGridLayout& grid, int column, const QString& caption, int share);
    Field addCount(QGridLayout& grid, int column, const QString& caption);
    void set(const Field& field, const QString& text);
    void showCounts(const StationModel& model);
    void showProgress(const StationModel& model, StationModel::TimePoint now);
    void applyFonts();

    Field plan_, lot_, bench_, operator_;
    Field tested_, passed_, failed_, errors_, aborted_, yield_;
    QProgressBar* progress_ = nullptr;
    QLabel* time_ = nullptr;
};

} // namespace framegate
