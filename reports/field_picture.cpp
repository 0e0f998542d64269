// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/field_picture.h"

#include "reports/picture_drawing.h"

#include <QColor>
#include <QFont>
#include <QImage>
#include <QPainter>
#include <QPointF>
#include <QString>
#include <algorithm>
#include <array>
#include <cmath>

namespace framegate {
namespace {

constexpr double raised = 3; ///< contrast of the field, against what it was
constexpr std::size_t mostRings = 400;
constexpr double leastRing = 7; ///< drawn pixels

double meanOf(const QImage& image) {
    double sum = 0;
    for (int y = 0; y < image.height(); y += 4)
        for (int x = 0; x < image.width(); x += 4)
            sum += qGreen(image.pixel(x, y));
    return sum / (double((image.height() + 3) / 4) * ((image.width() + 3) / 4));
}

/// Levels move away from the mean, which stays, so that both dark and bright places remain.
void raiseContrast(QImage& image) {
    const double mean = std::clamp(meanOf(image), 30.0, 180.0);
    std::array<int, 256> level{};
    for (std::size_t i = 0; i < level.size(); ++i)
        level[i] = static_cast<int>(std::clamp(mean + raised * (double(i) - mean), 0.0, 255.0));
    for (int y = 0; y < image.height(); ++y) {
        auto* row = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < image.width(); ++x)
            row[x] = qRgb(level[static_cast<std::size_t>(qRed(row[x]))],
                          level[static_cast<std::size_t>(qGreen(row[x]))],
                          level[static_cast<std::size_t>(qBlue(row[x]))]);
    }
}

/// Draws over a field that is shown \a scale times as large.
class FieldAnnotation {
public:
    FieldAnnotation(QPainter& painter, const FieldMarks& marks, double scale)
        : painter_(painter), marks_(marks), scale_(scale), unit_(marks.size.width * scale / 1000.0) {
        painter_.setRenderHint(QPainter::Antialiasing);
    }

    void draw() {
        lines();
        spots(marks_.pixels, {255, 60, 220}, 1.6);
        spots(marks_.blemishes, {255, 160, 0}, 2.4);
        painter_.setFont(fontOf(15 * unit_));
        const auto text = QString::fromStdString(marks_.caption);
        const double width = painter_.fontMetrics().horizontalAdvance(text);
        writeAt(painter_, {width / 2 + 8 * unit_, 14 * unit_}, text, Qt::white);
    }

private:
    QPointF at(MarkedPoint point) const { return {(point.x + 0.5) * scale_, (point.y + 0.5) * scale_}; }
    /// From both rims: a line over it would hide it.
    void lines() {
        const double length = 0.04 * marks_.size.width * scale_;
        painter_.setPen(QPen(QColor(0, 200, 255), 3 * unit_));
        painter_.setFont(fontOf(14 * unit_));
        if (marks_.row) {
            const double y = (*marks_.row + 0.5) * scale_;
            const double right = marks_.size.width * scale_;
            painter_.drawLine(QPointF(0, y), QPointF(length, y));
            painter_.drawLine(QPointF(right - length, y), QPointF(right, y));
            const double beside =
                y + (y > 60 * unit_ ? 18 : -18) * unit_; // spots on it have their texts above
            writeAt(painter_, {right - 40 * unit_, beside}, QString("row %1").arg(*marks_.row),
                    {0, 200, 255});
        }
        if (marks_.column) {
            const double x = (*marks_.column + 0.5) * scale_;
            const double bottom = marks_.size.height * scale_;
            painter_.drawLine(QPointF(x, 0), QPointF(x, length));
            painter_.drawLine(QPointF(x, bottom - length), QPointF(x, bottom));
            writeAt(painter_, {x, bottom - length - 12 * unit_}, QString("column %1").arg(*marks_.column),
                    {0, 200, 255});
        }
    }
    void spots(const std::vector<MarkedSpot>& spots, const QColor& colour, double width) {
        painter_.setFont(fontOf(12 * unit_));
        for (std::size_t i = 0; i < std::min(spots.size(), mostRings); ++i) {
            const double radius = std::max(leastRing * unit_, spots[i].radius * scale_ + 3 * unit_);
            painter_.setPen(QPen(colour, width * std::max(1.0, unit_)));
            painter_.setBrush(Qt::NoBrush);
            painter_.drawEllipse(at(spots[i].centre), radius, radius);
            if (!spots[i].text.empty()) text(spots[i], radius, colour);
        }
    }

    /// Where none of those before is in the way, and inside the picture.
    void text(const MarkedSpot& spot, double radius, const QColor& colour) {
        const double up = spot.centre.y * scale_ > 3 * radius ? -1 : 1;
        QPointF place = at(spot.centre) + QPointF(0, up * (radius + 9 * unit_));
        place.setX(std::clamp(place.x(), 30 * unit_, marks_.size.width * scale_ - 30 * unit_));
        for (const auto& other : texts_)
            if (std::abs(other.x() - place.x()) < 58 * unit_ && std::abs(other.y() - place.y()) < 15 * unit_)
                return;
        texts_.push_back(place);
        writeAt(painter_, place, QString::fromStdString(spot.text), colour.lighter(125));
    }

    QPainter& painter_;
    const FieldMarks& marks_;
    std::vector<QPointF> texts_;
    double scale_;
    double unit_; ///< one pixel of a picture 1000 wide
};

} // namespace

Result<std::vector<std::byte>> annotatedField(const DecodedPicture& picture, const FieldMarks& marks,
                                              int widthPx) {
    auto image = enlarged(picture, widthPx);
    if (!image) return passOn(image);
    raiseContrast(*image);
    {
        QPainter painter(&*image);
        FieldAnnotation(painter, marks, image->width() / double(picture.size.width)).draw();
    }
    return encoded(withRemarks(*image, marks.remarks));
}

} // namespace framegate
