// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/measurement.h"
#include "domain/pictures.h"

#include <cstddef>
#include <string>
#include <vector>

class QColor;
class QFont;
class QImage;
class QPainter;
class QPointF;
class QString;

namespace framegate {

/// Lines below a picture; what goes beyond is counted.
inline constexpr std::size_t mostRemarks = 8;

// What drawings of pictures have in common. All of it may be used from any thread, on images of its own.

/// \a image as PNG. Errors: Io `PICTURE_DRAWING`.
Result<std::vector<std::byte>> encoded(const QImage& image);
QColor colourOf(MeasurementOutcome outcome);
QFont fontOf(double pixels);
/// Letters that can be read on any ground.
void writeAt(QPainter& painter, QPointF middle, const QString& text, const QColor& colour);
/// The picture, \a widthPx wide. Errors: Io `PICTURE_DRAWING` for one without pixels.
Result<QImage> enlarged(const DecodedPicture& picture, int widthPx);
/// With \a texts in a strip below, if there are any.
QImage withRemarks(const QImage& image, const std::vector<std::string>& texts);

} // namespace framegate
