// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/strips.h"

#include "gui/appearance.h"
#include "gui/texts.h"

#include <QCoreApplication>

namespace framegate {
namespace {

struct Strips {
    Q_DECLARE_TR_FUNCTIONS(Strips)
};

struct StripColours {
    QColor fill;
    QColor ink;
};

StripColours coloursOf(StationPhase phase) {
    switch (phase) {
    case StationPhase::Stopping:
        return {colour::amber, colour::ink};
    case StationPhase::Broken:
        return {QColor(134, 14, 20), Qt::white};
    default:
        return {colour::slate, Qt::white};
    }
}

} // namespace

VirtualBenchBanner::VirtualBenchBanner(QWidget* parent) : QLabel(parent) {
    setText(Strips::tr("VIRTUAL BENCH – simulated modules, not production results"));
    setAccessibleName(text());
    setObjectName(QStringLiteral("virtualBench"));
    setAlignment(Qt::AlignCenter);
    setContentsMargins(0, 6, 0, 6);
}

void VirtualBenchBanner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), colour::amber);
    painter.setPen(QPen(colour::ink, height() * 0.42));
    const double pitch = height() * 1.2;
    for (double x = -pitch; x < width() + pitch; x += pitch)
        painter.drawLine(QPointF(x, height() * 1.3), QPointF(x + height() * 1.6, -height() * 0.3));
    QFont bold = font();
    bold.setWeight(QFont::Bold);
    painter.setFont(bold);
    const QFontMetricsF metrics(bold);
    const auto shown = metrics.elidedText(text(), Qt::ElideRight, width() - 2 * pitch);
    const double plate = metrics.horizontalAdvance(shown) + 3 * pitch;
    painter.fillRect(QRectF((width() - plate) / 2, 0, plate, height()), colour::amber);
    painter.setPen(colour::ink);
    painter.drawText(rect(), Qt::AlignCenter, shown);
}

StatusStrip::StatusStrip(QWidget* parent) : QLabel(parent) {
    setObjectName(QStringLiteral("status"));
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setAutoFillBackground(true);
    setContentsMargins(12, 7, 12, 7);
    setVisible(false);
}

void StatusStrip::show(const StationModel& model) {
    const auto sentence = stationSentence(model);
    setVisible(!sentence.isEmpty());
    if (text() == sentence) return;
    setText(sentence);
    setAccessibleName(sentence);
    const auto colours = coloursOf(model.phase());
    QPalette palette;
    palette.setColor(QPalette::Window, colours.fill);
    palette.setColor(QPalette::WindowText, colours.ink);
    setPalette(palette);
}

} // namespace framegate
