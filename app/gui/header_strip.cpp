// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/header_strip.h"

#include "gui/appearance.h"
#include "gui/texts.h"

#include <QCoreApplication>
#include <QEvent>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace framegate {
namespace {

struct Header {
    Q_DECLARE_TR_FUNCTIONS(Header)
};

constexpr int progressSteps = 1000;

QLabel* makeCaption(const QString& text) {
    auto* caption = new QLabel(text);
    auto palette = caption->palette();
    palette.setColor(QPalette::WindowText, colour::muted);
    caption->setPalette(palette);
    return caption;
}

void setInk(QLabel& label, const QColor& ink) {
    auto palette = label.palette();
    palette.setColor(QPalette::WindowText, ink);
    label.setPalette(palette);
}

QString benchText(const std::string& bench) {
    if (bench == "virtual") return Header::tr("virtual");
    return bench == "usb" ? Header::tr("USB") : QString::fromStdString(bench);
}

QString timeText(const StationModel& model, StationModel::TimePoint now) {
    auto elapsed = Header::tr("elapsed %1").arg(clockText(model.elapsed(now)));
    if (model.isOver()) return elapsed;
    if (model.phase() == StationPhase::Preparing) return Header::tr("preparing");
    if (const auto left = model.timeLeft(now))
        return elapsed + Header::tr("  ·  about %1 left").arg(clockText(*left));
    return elapsed;
}

QString orDash(const std::string& text) {
    return text.empty() ? QStringLiteral("–") : QString::fromStdString(text);
}

} // namespace

QSize ElidedLabel::minimumSizeHint() const {
    const auto full = QLabel::minimumSizeHint();
    return {std::min(full.width(), fontMetrics().averageCharWidth() * 10), full.height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    const auto shown = fontMetrics().elidedText(text(), Qt::ElideMiddle, width());
    painter.drawText(rect(), static_cast<int>(alignment()), shown);
    setToolTip(shown == text() ? QString() : text());
}

HeaderStrip::HeaderStrip(QWidget* parent) : QWidget(parent) {
    setAccessibleName(Header::tr("Lot"));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(22);
    grid->setVerticalSpacing(0);
    plan_ = addFact(*grid, 0, Header::tr("Plan"), 12);
    lot_ = addFact(*grid, 1, Header::tr("Lot"), 17);
    bench_ = addFact(*grid, 2, Header::tr("Bench"), 7);
    operator_ = addFact(*grid, 3, Header::tr("Operator"), 10);
    tested_ = addCount(*grid, 4, Header::tr("Tested"));
    passed_ = addCount(*grid, 5, Header::tr("Passed"));
    failed_ = addCount(*grid, 6, Header::tr("Failed"));
    errors_ = addCount(*grid, 7, Header::tr("Errors"));
    aborted_ = addCount(*grid, 8, Header::tr("Aborted"));
    yield_ = addCount(*grid, 9, Header::tr("First-pass yield"));
    progress_ = new QProgressBar;
    progress_->setRange(0, progressSteps);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(Header::tr("Progress of the lot"));
    time_ = new QLabel;
    time_->setAccessibleName(Header::tr("Time"));
    auto* bar = new QHBoxLayout;
    bar->setSpacing(16);
    bar->addWidget(progress_, 1);
    bar->addWidget(time_);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(4, 0, 4, 0);
    rows->setSpacing(6);
    rows->addLayout(grid);
    rows->addLayout(bar);
    applyFonts();
}

HeaderStrip::Field HeaderStrip::addFact(QGridLayout& grid, int column, const QString& caption, int share) {
    Field field{makeCaption(caption), new ElidedLabel};
    grid.addWidget(field.caption, 0, column, Qt::AlignLeft | Qt::AlignBottom);
    field.value->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    grid.addWidget(field.value, 1, column);
    grid.setColumnStretch(column, share);
    return field;
}

HeaderStrip::Field HeaderStrip::addCount(QGridLayout& grid, int column, const QString& caption) {
    Field field{makeCaption(caption), new QLabel};
    grid.addWidget(field.caption, 0, column, Qt::AlignRight | Qt::AlignBottom);
    grid.addWidget(field.value, 1, column, Qt::AlignRight | Qt::AlignVCenter);
    return field;
}

void HeaderStrip::set(const Field& field, const QString& text) {
    if (field.value->text() == text) return;
    field.value->setText(text);
    field.value->setAccessibleName(field.caption->text() + QStringLiteral(": ") + text);
}

void HeaderStrip::show(const StationModel& model, StationModel::TimePoint now) {
    set(plan_, orDash(model.facts().plan));
    set(lot_, orDash(model.facts().lot));
    set(bench_, benchText(model.facts().bench));
    set(operator_, orDash(model.facts().operatorId));
    showCounts(model);
    showProgress(model, now);
}

void HeaderStrip::showCounts(const StationModel& model) {
    const auto& counts = model.counts();
    set(tested_, Header::tr("%1 / %2").arg(counts.tested()).arg(counts.planned));
    set(passed_, QString::number(counts.passed));
    set(failed_, QString::number(counts.failed));
    set(errors_, QString::number(counts.errors));
    set(aborted_, QString::number(counts.aborted));
    set(yield_, percentText(model.firstPassYield()));
    setInk(*passed_.value, counts.passed > 0 ? coloursOf(SlotPhase::Passed).accent : colour::muted);
    setInk(*failed_.value, counts.failed > 0 ? coloursOf(SlotPhase::Failed).accent : colour::muted);
    setInk(*errors_.value, counts.errors > 0 ? coloursOf(SlotPhase::Error).accent : colour::muted);
    aborted_.caption->setVisible(counts.aborted > 0);
    aborted_.value->setVisible(counts.aborted > 0);
}

void HeaderStrip::showProgress(const StationModel& model, StationModel::TimePoint now) {
    progress_->setValue(static_cast<int>(std::lround(model.progress() * progressSteps)));
    const auto text = timeText(model, now);
    if (time_->text() != text) time_->setText(text);
}

void HeaderStrip::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange) applyFonts();
    QWidget::changeEvent(event);
}

void HeaderStrip::applyFonts() {
    const double base = QFontInfo(font()).pixelSize();
    for (const auto* field :
         {&plan_, &lot_, &bench_, &operator_, &tested_, &passed_, &failed_, &errors_, &aborted_, &yield_}) {
        if (field->value == nullptr) continue;
        const bool isFact = field == &plan_ || field == &lot_ || field == &bench_ || field == &operator_;
        field->caption->setFont(sized(font(), base * 0.92));
        field->value->setFont(
            sized(font(), base * (isFact ? 1.15 : 2.0), isFact ? QFont::DemiBold : QFont::Bold));
    }
    if (progress_ != nullptr) progress_->setFixedHeight(static_cast<int>(base));
}

} // namespace framegate
