// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/appearance.h"

#include <QApplication>
#include <QPainterPath>
#include <QPalette>
#include <QTextLayout>
#include <QTextOption>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace framegate {
namespace {

QPalette lightPalette() {
    QPalette palette(colour::background);
    palette.setColor(QPalette::Window, colour::background);
    palette.setColor(QPalette::Base, colour::card);
    palette.setColor(QPalette::AlternateBase, QColor(244, 246, 248));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(role, colour::ink);
    palette.setColor(QPalette::Highlight, colour::running);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    return palette;
}

QPolygonF octagon(const QRectF& area) {
    QPolygonF shape;
    const double radius = area.width() / 2;
    for (int corner = 0; corner < 8; ++corner) {
        const double angle = (corner + 0.5) * std::numbers::pi / 4;
        shape << area.center() + QPointF(radius * std::cos(angle), radius * std::sin(angle));
    }
    return shape;
}

void paintTick(QPainter& painter, const QRectF& a, const QPen& pen) {
    painter.setBrush(painter.pen().color());
    painter.drawEllipse(a);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(QPolygonF{{a.left() + a.width() * 0.26, a.top() + a.height() * 0.53},
                                   {a.left() + a.width() * 0.44, a.top() + a.height() * 0.71},
                                   {a.left() + a.width() * 0.76, a.top() + a.height() * 0.33}});
}

void paintCross(QPainter& painter, const QRectF& a, const QPen& pen) {
    painter.setBrush(painter.pen().color());
    painter.drawPolygon(octagon(a));
    painter.setPen(pen);
    const double inset = a.width() * 0.31;
    const auto inner = a.adjusted(inset, inset, -inset, -inset);
    painter.drawLine(inner.topLeft(), inner.bottomRight());
    painter.drawLine(inner.topRight(), inner.bottomLeft());
}

void paintWarning(QPainter& painter, const QRectF& a, const QPen& pen) {
    painter.setBrush(painter.pen().color());
    painter.drawPolygon(QPolygonF{{a.center().x(), a.top() + a.height() * 0.02},
                                  {a.right(), a.bottom() - a.height() * 0.06},
                                  {a.left(), a.bottom() - a.height() * 0.06}});
    painter.setPen(pen);
    painter.drawLine(QPointF(a.center().x(), a.top() + a.height() * 0.38),
                     QPointF(a.center().x(), a.top() + a.height() * 0.60));
    painter.drawPoint(QPointF(a.center().x(), a.top() + a.height() * 0.78));
}

void paintBar(QPainter& painter, const QRectF& a, const QPen& pen) {
    const double inset = a.width() * 0.06;
    painter.setBrush(painter.pen().color());
    painter.drawRect(a.adjusted(inset, inset, -inset, -inset));
    painter.setPen(pen);
    painter.drawLine(QPointF(a.left() + a.width() * 0.3, a.center().y()),
                     QPointF(a.right() - a.width() * 0.3, a.center().y()));
}

void paintRing(QPainter& painter, const QRectF& a, const QColor& ink, double progress) {
    const double width = a.width() * 0.13;
    const auto ring = a.adjusted(width / 2, width / 2, -width / 2, -width / 2);
    QColor faint = ink;
    faint.setAlphaF(0.22F);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(faint, width));
    painter.drawEllipse(ring);
    painter.setPen(QPen(ink, width, Qt::SolidLine, Qt::FlatCap));
    painter.drawArc(ring, 90 * 16, -static_cast<int>(std::lround(std::max(0.02, progress) * 360 * 16)));
}

void paintDashes(QPainter& painter, const QRectF& a, const QColor& ink) {
    const double width = a.width() * 0.07;
    QPen pen(ink, width);
    pen.setDashPattern({2.4, 1.8});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(a.adjusted(width, width, -width, -width));
}

} // namespace

const PhaseColours& coloursOf(SlotPhase phase) {
    static const std::array<PhaseColours, 6> all = {{
        {colour::pale, colour::muted, colour::muted},                  // waiting
        {QColor(222, 235, 249), QColor(18, 78, 143), colour::running}, // testing
        {QColor(11, 117, 66), Qt::white, QColor(11, 117, 66)},         // passed
        {QColor(190, 22, 28), Qt::white, QColor(190, 22, 28)},         // failed
        {QColor(255, 193, 37), QColor(30, 24, 0), QColor(133, 84, 0)}, // error
        {QColor(92, 72, 128), Qt::white, QColor(92, 72, 128)},         // aborted
    }};
    return all.at(static_cast<std::size_t>(phase));
}

void setAppearance() {
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication::setPalette(lightPalette());
    QApplication::setApplicationDisplayName(QStringLiteral("FrameGate"));
}

QFont sized(QFont font, double pixels, QFont::Weight weight) {
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(pixels))));
    font.setWeight(weight);
    return font;
}

QFont fitted(const QFont& font, const QString& text, double width, double pixels, QFont::Weight weight,
             double least) {
    const auto largest = sized(font, pixels, weight);
    const double wanted = QFontMetricsF(largest).horizontalAdvance(text);
    return wanted <= width ? largest
                           : sized(font, std::max(least, std::floor(pixels * width / wanted)), weight);
}

double paintParagraph(QPainter& painter, const QRectF& area, const QString& text) {
    const QFontMetricsF metrics(painter.font(), painter.device());
    QTextLayout layout(text, painter.font(), painter.device());
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    double y = 0;
    for (auto line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        if (y + metrics.height() > area.height() + 0.5) break;
        line.setLineWidth(area.width());
        const bool isLast = y + metrics.lineSpacing() + metrics.height() > area.height() + 0.5;
        if (isLast) {
            const auto rest = metrics.elidedText(text.mid(line.textStart()), Qt::ElideRight, area.width());
            painter.drawText(QPointF(area.left(), area.top() + y + metrics.ascent()), rest);
        } else {
            line.draw(&painter, area.topLeft() + QPointF(0, y));
        }
        y += metrics.lineSpacing();
    }
    layout.endLayout();
    return y;
}

void paintMark(QPainter& painter, const QRectF& area, SlotPhase phase, double progress) {
    const auto& colours = coloursOf(phase);
    const QPen pen(colours.fill, area.width() * 0.12, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colours.ink, area.width() * 0.04, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    switch (phase) {
    case SlotPhase::Waiting:
        paintDashes(painter, area, colours.ink);
        break;
    case SlotPhase::Testing:
        paintRing(painter, area, colours.ink, progress);
        break;
    case SlotPhase::Passed:
        paintTick(painter, area, pen);
        break;
    case SlotPhase::Failed:
        paintCross(painter, area, pen);
        break;
    case SlotPhase::Error:
        paintWarning(painter, area, pen);
        break;
    case SlotPhase::Aborted:
        paintBar(painter, area, pen);
        break;
    }
    painter.restore();
}

} // namespace framegate
