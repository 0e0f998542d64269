// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/results_table.h"

#include "gui/appearance.h"
#include "gui/texts.h"

#include <QCoreApplication>
#include <QEvent>
#include <QHeaderView>

namespace framegate {
namespace {

struct Results {
    Q_DECLARE_TR_FUNCTIONS(Results)
};

QString verdictText(const ResultLine& line) {
    const auto word = outcomeWord(line.outcome);
    return line.marginal ? Results::tr("%1 (marginal)").arg(word) : word;
}

QString why(const ResultLine& line) {
    auto code = QString::fromStdString(line.failureCode);
    if (line.failureDetail.empty()) return code;
    return code + QStringLiteral(": ") + QString::fromStdString(line.failureDetail);
}

QString textOf(const ResultLine& line, int column) {
    switch (column) {
    case ResultsItems::Serial:
        return QString::fromStdString(line.serial);
    case ResultsItems::Verdict:
        return verdictText(line);
    case ResultsItems::Run:
        return QString::number(line.run);
    case ResultsItems::Slot:
        return QString::number(line.slot);
    case ResultsItems::Time:
        return secondsText(line.duration);
    default:
        return why(line);
    }
}

} // namespace

void ResultsItems::show(const StationModel& model) {
    if (model.resultCount() == shown_) return;
    beginResetModel();
    lines_ = model.results();
    shown_ = model.resultCount();
    endResetModel();
}

int ResultsItems::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(lines_.size());
}

int ResultsItems::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ResultsItems::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const auto& line = lines_.at(static_cast<std::size_t>(index.row()));
    const bool isVerdict = index.column() == Verdict;
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole) return textOf(line, index.column());
    if (role == Qt::ForegroundRole && isVerdict) return coloursOf(phaseOf(line.outcome)).accent;
    if (role == Qt::FontRole && isVerdict) {
        QFont bold;
        bold.setWeight(QFont::Bold);
        return bold.resolve(QFont());
    }
    return {};
}

QVariant ResultsItems::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
    const QString names[ColumnCount] = {Results::tr("Serial"), Results::tr("Result"), Results::tr("Run"),
                                        Results::tr("Slot"),   Results::tr("Time"),   Results::tr("Why")};
    return names[section];
}

ResultsTable::ResultsTable(QWidget* parent) : QTableView(parent) {
    setModel(&items_);
    setAccessibleName(Results::tr("Recent results"));
    setSelectionMode(QAbstractItemView::NoSelection);
    setFocusPolicy(Qt::TabFocus);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setTextElideMode(Qt::ElideRight);
    setFrameShape(QFrame::NoFrame);
    verticalHeader()->hide();
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    applyFont();
}

void ResultsTable::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange) applyFont();
    QTableView::changeEvent(event);
}

void ResultsTable::applyFont() {
    const QFontMetrics metrics(font());
    verticalHeader()->setDefaultSectionSize(metrics.height() + 6);
    verticalHeader()->setMinimumSectionSize(metrics.height() + 2);
    const int digit = metrics.horizontalAdvance(QLatin1Char('0'));
    const int widths[] = {14, 17, 5, 5, 9};
    for (int column = 0; column < ResultsItems::Why; ++column)
        setColumnWidth(column, widths[column] * digit);
}

} // namespace framegate
