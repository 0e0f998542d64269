// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/slot_tile.h"

#include "gui/appearance.h"
#include "gui/texts.h"

#include <QAccessibleWidget>
#include <QCoreApplication>
#include <algorithm>

namespace framegate {
namespace {

struct Tile {
    Q_DECLARE_TR_FUNCTIONS(Tile)
};

void paintRounded(QPainter& painter, const QRectF& area, const QColor& fill, double radius) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(area, radius, radius);
}

/// Screen readers meet a tile as a group that has its name; it has no children to describe it.
QAccessibleInterface* describeTile(const QString&, QObject* object) {
    auto* tile = dynamic_cast<SlotTile*>(object);
    return tile == nullptr ? nullptr : new QAccessibleWidget(tile, QAccessible::Grouping);
}

void installDescription() {
    static const bool installed = (QAccessible::installFactory(describeTile), true);
    Q_UNUSED(installed);
}

double radiusOf(const TileLayout& layout) {
    return layout.unit * 0.45;
}

} // namespace

SlotTile::SlotTile(int number, QWidget* parent) : QWidget(parent) {
    installDescription();
    state_.number = number;
    setObjectName(QStringLiteral("slot%1").arg(number));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(slotSentence(state_));
}

void SlotTile::show(const SlotState& state) {
    if (state.revision == state_.revision) return;
    const bool isNewRun = state.runCount != state_.runCount;
    if (isNewRun || state.picture != PictureState::Valid) forgetPicture();
    if (isNewRun) firstTicket_ = state_.pictureCount + 1;
    state_ = state;
    const auto sentence = slotSentence(state_);
    setAccessibleName(sentence);
    setToolTip(sentence);
    update();
}

void SlotTile::showThumbnail(std::uint64_t ticket, const QImage& image) {
    if (ticket < firstTicket_ || state_.picture != PictureState::Valid) return;
    image_ = image;
    scaled_ = {};
    undecodable_ = image.isNull();
    update();
}

void SlotTile::forgetPicture() {
    image_ = {};
    scaled_ = {};
    undecodable_ = false;
}

void SlotTile::resizeEvent(QResizeEvent*) {
    layout_ = layOutTile(size());
    scaled_ = {};
}

void SlotTile::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool marked = state_.hasVerdict();
    painter.setPen(QPen(marked ? coloursOf(state_.phase).fill : colour::line, marked ? 3 : 1.5));
    painter.setBrush(colour::card);
    painter.drawRoundedRect(layout_.card, radiusOf(layout_) * 1.6, radiusOf(layout_) * 1.6);
    paintHeader(painter);
    paintVerdict(painter);
    paintPicture(painter);
    paintText(painter);
    if (state_.next)
        paintNext(painter);
    else
        paintProgress(painter);
}

void SlotTile::paintHeader(QPainter& painter) const {
    const double height = layout_.title.height();
    paintRounded(painter, layout_.badge, colour::slate, radiusOf(layout_));
    painter.setPen(Qt::white);
    painter.setFont(sized(font(), height * 0.72, QFont::Bold));
    painter.drawText(layout_.badge, Qt::AlignCenter, QString::number(state_.number));
    if (state_.serial.empty()) return;

    QRectF title = layout_.title;
    const auto run = runText(state_.run);
    painter.setFont(sized(font(), std::max(10.0, height * 0.42)));
    painter.setPen(colour::muted);
    painter.drawText(title, Qt::AlignRight | Qt::AlignVCenter, run);
    title.setRight(title.right() - QFontMetricsF(painter.font()).horizontalAdvance(run) - layout_.unit * 0.6);
    const auto serial = QString::fromStdString(state_.serial);
    painter.setFont(fitted(font(), serial, title.width(), height * 0.62, QFont::Bold, height * 0.42));
    painter.setPen(colour::ink);
    const QFontMetricsF metrics(painter.font());
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(serial, Qt::ElideMiddle, title.width()));
}

void SlotTile::paintVerdict(QPainter& painter) const {
    const auto& colours = coloursOf(state_.phase);
    const auto& area = layout_.verdict;
    paintRounded(painter, area, colours.fill, radiusOf(layout_));
    const auto word = phaseWord(state_.phase);
    const double mark = std::min(area.height() * 0.74, area.width() * 0.23);
    const double gap = mark * 0.3;
    painter.setFont(fitted(font(), word, area.width() - mark - gap * 3, area.height() * 0.72));
    const double wordWidth = QFontMetricsF(painter.font()).horizontalAdvance(word);
    const double left = area.center().x() - (mark + gap + wordWidth) / 2;
    paintMark(painter, QRectF(left, area.center().y() - mark / 2, mark, mark), state_.phase,
              state_.progress());
    painter.setPen(colours.ink);
    painter.drawText(QRectF(left + mark + gap, area.top(), wordWidth + 2, area.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, word);
}

void SlotTile::paintPicture(QPainter& painter) {
    if (layout_.picture.isEmpty()) return;
    if (state_.picture == PictureState::Invalid) return paintNoPicture(painter, Tile::tr("no valid picture"));
    if (undecodable_) return paintNoPicture(painter, Tile::tr("picture cannot be shown"));
    if (image_.isNull()) {
        paintRounded(painter, layout_.picture, colour::pale, radiusOf(layout_) * 0.5);
        return;
    }
    if (scaled_.isNull()) {
        const auto pixels = (layout_.picture.size() * devicePixelRatioF()).toSize();
        scaled_ = QPixmap::fromImage(image_.scaled(pixels, Qt::KeepAspectRatio, Qt::SmoothTransformation));
        scaled_.setDevicePixelRatio(devicePixelRatioF());
    }
    const auto shown = scaled_.deviceIndependentSize();
    QRectF area(QPointF(0, 0), shown);
    area.moveCenter(layout_.picture.center());
    paintRounded(painter, layout_.picture, colour::pale, radiusOf(layout_) * 0.5);
    painter.drawPixmap(area.topLeft(), scaled_);
}

void SlotTile::paintNoPicture(QPainter& painter, const QString& words) const {
    const auto& area = layout_.picture;
    paintRounded(painter, area, colour::pale, radiusOf(layout_) * 0.5);
    painter.setPen(QPen(colour::line, 1.5));
    painter.drawLine(area.topLeft(), area.bottomRight());
    painter.drawLine(area.topRight(), area.bottomLeft());
    painter.setFont(sized(font(), std::clamp(area.height() * 0.12, 9.0, layout_.unit), QFont::DemiBold));
    painter.setPen(colour::ink);
    const auto box =
        painter.boundingRect(area.adjusted(2, 2, -2, -2), Qt::AlignCenter | Qt::TextWordWrap, words);
    painter.fillRect(box.adjusted(-4, -1, 4, 1), colour::pale);
    painter.drawText(box, Qt::AlignCenter | Qt::TextWordWrap, words);
}

QString SlotTile::plainText() const {
    if (state_.isTesting())
        return Tile::tr("%1\nstep %2 of %3")
            .arg(stepText(state_))
            .arg(state_.stepIndex + 1)
            .arg(std::max(state_.steps, state_.stepIndex + 1));
    if (state_.phase == SlotPhase::Passed)
        return state_.marginal ? Tile::tr("marginal\n%1").arg(secondsText(state_.duration))
                               : secondsText(state_.duration);
    return {};
}

void SlotTile::paintText(QPainter& painter) const {
    QRectF area = layout_.text;
    if (state_.hasVerdict() && !state_.next) area.setBottom(layout_.progress.bottom());
    if (!state_.failureCode.empty() && state_.hasVerdict()) return paintFailure(painter, area);
    painter.setPen(colour::ink);
    painter.setFont(sized(font(), layout_.unit));
    double used = 0;
    for (const auto& line : plainText().split(QLatin1Char('\n'))) {
        used += paintParagraph(painter, area.adjusted(0, used, 0, 0), line);
        painter.setPen(colour::muted);
    }
}

void SlotTile::paintFailure(QPainter& painter, QRectF area) const {
    auto code = QString::fromStdString(state_.failureCode);
    code.replace(QLatin1Char('_'), QStringLiteral("_\u200b")); // a place to wrap
    painter.setPen(coloursOf(state_.phase).accent);
    painter.setFont(
        fitted(font(), code, area.width(), layout_.unit * 1.15, QFont::Bold, layout_.unit * 0.85));
    area.setTop(area.top() + paintParagraph(painter, area, code));
    painter.setPen(colour::ink);
    painter.setFont(sized(font(), std::max(10.0, layout_.unit * 0.88)));
    paintParagraph(painter, area, QString::fromStdString(state_.failureDetail));
}

void SlotTile::paintProgress(QPainter& painter) const {
    if (!state_.isTesting()) return;
    const double radius = layout_.progress.height() / 2;
    paintRounded(painter, layout_.progress, coloursOf(SlotPhase::Testing).fill, radius);
    auto done = layout_.progress;
    done.setWidth(std::max(done.height(), done.width() * state_.progress()));
    paintRounded(painter, done, coloursOf(SlotPhase::Testing).accent, radius);
}

void SlotTile::paintNext(QPainter& painter) const {
    const double height = layout_.unit * 1.6;
    QRectF strip = layout_.card;
    strip.setTop(strip.bottom() - height);
    paintRounded(painter, strip.adjusted(2, 0, -2, -2), colour::slate, radiusOf(layout_));
    painter.setPen(Qt::white);
    painter.setFont(
        fitted(font(), nextText(state_), strip.width() - layout_.unit, layout_.unit, QFont::DemiBold));
    painter.drawText(strip, Qt::AlignCenter, nextText(state_));
}

} // namespace framegate
