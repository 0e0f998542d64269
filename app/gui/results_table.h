// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/station_model.h"

#include <QAbstractTableModel>
#include <QTableView>

namespace framegate {

/// The results so far as a Qt item model, newest first. Thread-bound.
class ResultsItems : public QAbstractTableModel {
public:
    enum Column { Serial, Verdict, Run, Slot, Time, Why, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    /// \a model outlives this. Takes over what is new in it.
    void show(const StationModel& model);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::deque<ResultLine> lines_;
    std::uint64_t shown_ = 0;
};

/// The list of recent results. Thread-bound.
class ResultsTable : public QTableView {
public:
    explicit ResultsTable(QWidget* parent = nullptr);
    void show(const StationModel& model) { items_.show(model); }

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyFont();

    ResultsItems items_;
};

} // namespace framegate
