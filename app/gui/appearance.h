// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/station_model.h"

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QString>

namespace framegate {

/// The colours of one phase of a slot. A verdict fills its area; everything else stays pale.
struct PhaseColours {
    QColor fill;
    QColor ink;    ///< on fill; contrast at least 4.5 to 1
    QColor accent; ///< for text and borders on the card
};

/// The window's fixed colours.
namespace colour {
inline constexpr QColor background(232, 236, 240);
inline constexpr QColor card(255, 255, 255);
inline constexpr QColor pale(240, 243, 246);
inline constexpr QColor line(203, 211, 219);
inline constexpr QColor ink(22, 32, 42);
inline constexpr QColor muted(84, 98, 112);
inline constexpr QColor slate(38, 52, 66);
inline constexpr QColor amber(255, 193, 37);
inline constexpr QColor running(24, 98, 176);
} // namespace colour

const PhaseColours& coloursOf(SlotPhase phase);

/// The same plain look on every desktop: style, light palette, no desktop theme.
/// There must be a QApplication.
void setAppearance();

/// \a font with another size, which may be fractional, and weight.
QFont sized(QFont font, double pixels, QFont::Weight weight = QFont::Normal);
/// The largest font from \a least to \a pixels in which \a text is no wider than \a width; \a least if none
/// is.
QFont fitted(const QFont& font, const QString& text, double width, double pixels,
             QFont::Weight weight = QFont::Bold, double least = 9);

/// Paints \a text wrapped into \a area from its top; what does not fit ends in an ellipsis.
/// Returns the height used.
double paintParagraph(QPainter& painter, const QRectF& area, const QString& text);

/// Paints the mark of a phase into the square \a area: a disc with a tick (PASS), an octagon with a cross
/// (FAIL), a triangle with an exclamation mark (ERROR), a square with a bar (ABORTED), a ring that fills with
/// \a progress (testing), a dashed ring (waiting). Told apart without colour.
void paintMark(QPainter& painter, const QRectF& area, SlotPhase phase, double progress);

} // namespace framegate
