// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/station_window.h"

#include "gui/appearance.h"
#include "gui/texts.h"

#include <QCloseEvent>
#include <QMessageBox>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>

namespace framegate {
namespace {

constexpr double referenceHeight = 720;

/// Text grows with the window: who has a larger screen stands no closer to it.
double textPixels(QSize size) {
    const double scale = std::min(size.height() / referenceHeight, size.width() / 1280.0);
    return std::clamp(13.5 * scale, 11.0, 24.0);
}

QLabel* makeHeading(const QString& text) {
    auto* heading = new QLabel(text);
    auto palette = heading->palette();
    palette.setColor(QPalette::WindowText, colour::muted);
    heading->setPalette(palette);
    return heading;
}

QVBoxLayout* withHeading(const QString& text, QWidget* widget) {
    auto* column = new QVBoxLayout;
    column->setSpacing(3);
    column->addWidget(makeHeading(text));
    column->addWidget(widget, 1);
    return column;
}

QString stopStyle() {
    return QStringLiteral(
               "QPushButton { background: %1; color: white; border: 3px solid %1; border-radius: 9px; }"
               "QPushButton:hover { background: %2; }"
               "QPushButton:pressed { background: %3; }"
               "QPushButton:focus { border-color: %3; }"
               "QPushButton:disabled { background: %4; border-color: %4; color: %5; }")
        .arg(colour::slate.name(), QColor(colour::slate).lighter(130).name(), colour::running.name(),
             QColor(colour::line).name(), colour::muted.name());
}

} // namespace

StationWindow::StationWindow(QWidget* parent)
    : QWidget(parent),
      banner_(new VirtualBenchBanner),
      header_(new HeaderStrip),
      status_(new StatusStrip),
      grid_(new SlotGrid),
      bottom_(makeBottom()) {
    setWindowTitle(tr("FrameGate station"));
    auto* inner = new QVBoxLayout;
    inner->setContentsMargins(12, 8, 12, 10);
    inner->setSpacing(8);
    inner->addWidget(header_);
    inner->addWidget(status_);
    inner->addWidget(grid_, 1);
    inner->addWidget(bottom_);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(banner_);
    rows->addLayout(inner, 1);
    setMinimumSize(800, 520);
    // A serial scanner types like a keyboard: its Enter or space must not press the button.
    grid_->setFocusPolicy(Qt::StrongFocus);
    grid_->setFocus();
    for (const auto& key : {QKeySequence(Qt::Key_Escape), QKeySequence(Qt::CTRL | Qt::Key_Period)})
        connect(new QShortcut(key, this), &QShortcut::activated, stop_, [this] { stop_->click(); });
}

QWidget* StationWindow::makeBottom() {
    auto* bottom = new QWidget;
    results_ = new ResultsTable;
    notices_ = new QListWidget;
    notices_->setAccessibleName(tr("Notices"));
    notices_->setFrameShape(QFrame::NoFrame);
    notices_->setWordWrap(true);
    notices_->setSelectionMode(QAbstractItemView::NoSelection);
    notices_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    stop_ = new QPushButton;
    stop_->setObjectName(QStringLiteral("stop"));
    stop_->setStyleSheet(stopStyle());
    stop_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    connect(stop_, &QPushButton::clicked, this, &StationWindow::stopWanted);
    auto* row = new QHBoxLayout(bottom);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addLayout(withHeading(tr("Recent results"), results_), 5);
    row->addLayout(withHeading(tr("Notices"), notices_), 3);
    row->addWidget(stop_);
    return bottom;
}

void StationWindow::show(const StationModel& model, StationModel::TimePoint now) {
    phase_ = model.phase();
    isOver_ = model.isOver();
    banner_->setVisible(model.isVirtual());
    header_->show(model, now);
    status_->show(model);
    grid_->show(model.slotStates());
    results_->show(model);
    showNotices(model);
    showStopButton(model);
}

void StationWindow::showNotices(const StationModel& model) {
    if (model.noticeCount() == noticesShown_) return;
    noticesShown_ = model.noticeCount();
    notices_->clear();
    for (const auto& notice : model.notices())
        notices_->addItem(noticeText(notice));
}

void StationWindow::showStopButton(const StationModel& model) {
    const bool canStop = !model.isOver() && model.phase() != StationPhase::Stopping;
    auto words = tr("■  STOP");
    if (model.phase() == StationPhase::Stopping) words = tr("Stopping …");
    if (model.isOver()) words = model.phase() == StationPhase::Finished ? tr("Finished") : tr("Stopped");
    if (stop_->text() == words && stop_->isEnabled() == canStop) return;
    stop_->setText(words);
    stop_->setEnabled(canStop);
    stop_->setAccessibleName(canStop ? tr("Stop the lot") : words);
    stop_->setToolTip(canStop ? tr("Stops the lot (Esc). Each slot finishes its teardown.") : QString());
}

bool StationWindow::mayStop() {
    if (!asksBeforeClosing_ || phase_ == StationPhase::Stopping) return true;
    const auto answer = QMessageBox::question(
        this, tr("Stop the lot?"),
        tr("The lot is still running. Stop it, let each slot finish its teardown, and close the window?"),
        QMessageBox::Yes | QMessageBox::No, QMessageBox::No);
    return answer == QMessageBox::Yes;
}

void StationWindow::closeEvent(QCloseEvent* event) {
    if (isOver_) return event->accept();
    event->ignore();
    if (!mayStop()) return;
    // The question may have stood until the lot was over; both are then taken as a plain wish to close.
    Q_EMIT stopWanted();
    Q_EMIT closeWanted();
}

void StationWindow::resizeEvent(QResizeEvent* event) {
    const double pixels = textPixels(event->size());
    setFont(sized(font(), pixels));
    banner_->setFont(sized(font(), pixels * 1.05, QFont::Bold));
    status_->setFont(sized(font(), pixels * 1.45, QFont::Bold));
    stop_->setFont(sized(font(), pixels * 1.7, QFont::Bold));
    stop_->setFixedWidth(static_cast<int>(pixels * 13));
    bottom_->setFixedHeight(
        std::max(static_cast<int>(pixels * 7.5), static_cast<int>(event->size().height() * 0.17)));
    QWidget::resizeEvent(event);
}

} // namespace framegate
