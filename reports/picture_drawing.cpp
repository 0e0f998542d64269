// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/picture_drawing.h"

#include <QBuffer>
#include <QColor>
#include <QFont>
#include <QImage>
#include <QPainter>
#include <QPainterPath>
#include <QPointF>
#include <QString>
#include <algorithm>
#include <cmath>
#include <utility>

namespace framegate {

Result<std::vector<std::byte>> encoded(const QImage& image) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG"))
        return failure(ErrorKind::Io, "PICTURE_DRAWING", "drawing what was measured: Qt cannot write a PNG");
    const auto* bytes = reinterpret_cast<const std::byte*>(buffer.data().constData());
    return std::vector<std::byte>(bytes, bytes + buffer.size());
}

QColor colourOf(MeasurementOutcome outcome) {
    switch (outcome) {
    case MeasurementOutcome::Pass:
        return {0, 200, 80};
    case MeasurementOutcome::Marginal:
        return {255, 170, 0};
    case MeasurementOutcome::Fail:
        return {255, 40, 40};
    case MeasurementOutcome::Recorded:
        break;
    }
    return {60, 150, 255};
}

QFont fontOf(double pixels) {
    QFont font("DejaVu Sans");
    font.setPixelSize(std::max(7, static_cast<int>(pixels)));
    return font;
}

/// Letters that can be read on any ground.
void writeAt(QPainter& painter, QPointF middle, const QString& text, const QColor& colour) {
    QPainterPath path;
    path.addText(0, 0, painter.font(), text);
    path.translate(middle - path.boundingRect().center());
    painter.strokePath(path, QPen(QColor(0, 0, 0, 200), painter.font().pixelSize() / 5.0, Qt::SolidLine,
                                  Qt::RoundCap, Qt::RoundJoin));
    painter.fillPath(path, colour);
}

Result<QImage> enlarged(const DecodedPicture& picture, int widthPx) {
    const QImage whole(picture.bgr.data(), picture.size.width, picture.size.height, 3 * picture.size.width,
                       QImage::Format_BGR888);
    if (whole.isNull() || picture.bgr.size() != 3 * picture.size.pixels())
        return failure(ErrorKind::Io, "PICTURE_DRAWING", "drawing what was measured: the picture is empty");
    const double scale = std::max(1, widthPx) / double(picture.size.width);
    const auto image = whole.scaled(static_cast<int>(std::lround(picture.size.width * scale)),
                                    static_cast<int>(std::lround(picture.size.height * scale)),
                                    Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    return image.convertToFormat(QImage::Format_RGB32);
}

namespace {

/// Lines of at most \a length characters, broken at spaces.
std::vector<std::string> wrapped(const std::vector<std::string>& texts, std::size_t length) {
    std::vector<std::string> lines;
    for (const auto& text : texts) {
        std::size_t begin = 0;
        while (text.size() - begin > length) {
            const auto space = text.rfind(' ', begin + length);
            const bool breaks = space != std::string::npos && space > begin;
            lines.push_back(text.substr(begin, breaks ? space - begin : length));
            begin = breaks ? space + 1 : begin + length;
        }
        lines.push_back(text.substr(begin));
    }
    return lines;
}

} // namespace

QImage withRemarks(const QImage& image, const std::vector<std::string>& texts) {
    if (texts.empty()) return image;
    const auto remarks = wrapped(texts, 100);
    const auto shown = std::min(remarks.size(), mostRemarks);
    const double letters = image.width() / 64.0;
    const double line = 1.35 * letters;
    const bool more = remarks.size() > shown;
    const auto strip = static_cast<int>(std::ceil(line * (double(shown) + (more ? 1 : 0)) + letters));
    QImage whole(image.width(), image.height() + strip, QImage::Format_RGB32);
    whole.fill(QColor(25, 25, 25));
    QPainter painter(&whole);
    painter.drawImage(0, 0, image);
    painter.setFont(fontOf(letters));
    painter.setPen(QColor(255, 130, 120));
    double y = image.height() + 0.4 * letters;
    const auto write = [&](const QString& text) {
        const auto fitting = painter.fontMetrics().elidedText(text, Qt::ElideRight, image.width() - 16);
        painter.drawText(QRectF(8, y, image.width() - 16, line), Qt::AlignLeft | Qt::AlignVCenter, fitting);
        y += line;
    };
    for (std::size_t i = 0; i < shown; ++i)
        write(QString::fromStdString(remarks[i]));
    if (more) write(QString("and %1 more").arg(remarks.size() - shown));
    return whole;
}

} // namespace framegate
