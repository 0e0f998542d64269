// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/chart_picture.h"

#include "reports/picture_drawing.h"

#include <QColor>
#include <QFont>
#include <QImage>
#include <QPainter>
#include <QPainterPath>
#include <QPointF>
#include <QPolygonF>
#include <QString>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace framegate {
namespace {

constexpr double blindPx = 1e-3; // nearer to an edge than that it is the edge's own value

QString number(double value, int places = 3) {
    return QString::number(value, 'f', places);
}

/// Draws over a picture that is shown \a scale times as large.
class Annotation {
public:
    Annotation(QPainter& painter, const ChartMarks& marks, double scale)
        : painter_(painter), marks_(marks), scale_(scale), unit_(marks.size.width * scale / 1300.0) {
        painter_.setRenderHint(QPainter::Antialiasing);
    }

    void draw() {
        for (const auto& fiducial : marks_.fiducials)
            area(fiducial, {0, 220, 220}, 2, 16);
        for (const auto& patch : marks_.patches)
            area(patch, {255, 0, 220}, 1, 10);
        for (const auto& edge : marks_.edges)
            line(edge);
        for (const auto& edge : marks_.edges)
            value(edge);
        caption();
    }

private:
    QPointF at(MarkedPoint point) const { return {(point.x + 0.5) * scale_, (point.y + 0.5) * scale_}; }
    void area(const MarkedArea& area, const QColor& colour, double width, double letters) {
        QPolygonF polygon;
        for (const auto& corner : area.corners)
            polygon << at(corner);
        painter_.setPen(QPen(colour, width * std::max(1.0, unit_)));
        painter_.setBrush(Qt::NoBrush);
        painter_.drawPolygon(polygon);
        painter_.setFont(fontOf(letters * unit_));
        if (!area.text.empty())
            writeAt(painter_, polygon.boundingRect().center(), QString::fromStdString(area.text), Qt::white);
    }
    void line(const MarkedEdge& edge) {
        painter_.setPen(QPen(colourOf(edge.outcome), 3 * std::max(1.0, unit_)));
        painter_.drawLine(at(edge.from), at(edge.to));
    }
    /// Beside the edge, inside its square: squares are drawn clockwise.
    void value(const MarkedEdge& edge) {
        const QPointF along = at(edge.to) - at(edge.from);
        const double length = std::hypot(along.x(), along.y());
        if (length <= 0) return;
        const QPointF inwards(-along.y() / length, along.x() / length);
        const double away = (std::abs(along.x()) > std::abs(along.y()) ? 11 : 21) * unit_;
        painter_.setFont(fontOf(15 * unit_));
        writeAt(painter_, (at(edge.from) + at(edge.to)) / 2 + away * inwards, number(edge.mtf50p),
                colourOf(edge.outcome).lighter(150));
    }
    void caption() {
        painter_.setFont(fontOf(16 * unit_));
        const auto text = QString::fromStdString(marks_.caption);
        const double width = painter_.fontMetrics().horizontalAdvance(text);
        writeAt(painter_, {width / 2 + 8 * unit_, 14 * unit_}, text, Qt::white);
    }

    QPainter& painter_;
    const ChartMarks& marks_;
    double scale_;
    double unit_; ///< one pixel of a picture 1300 wide
};

/// 0 red, 0.5 yellow, 1 green.
QColor rampColour(double share) {
    return QColor::fromHsvF(static_cast<float>(std::clamp(share, 0.0, 1.0) / 3), 0.75F, 0.9F);
}

MarkedPoint middleOf(const MarkedEdge& edge) {
    return {(edge.from.x + edge.to.x) / 2, (edge.from.y + edge.to.y) / 2};
}

double bestOf(const ChartMarks& marks) {
    double best = 0;
    for (const auto& edge : marks.edges)
        best = std::max(best, edge.mtf50p);
    return best;
}

/// Between the edges by the inverse of the distance's fourth power: near an edge its own value stands.
double sharpnessAt(const ChartMarks& marks, MarkedPoint point) {
    double sum = 0;
    double weights = 0;
    for (const auto& edge : marks.edges) {
        const auto middle = middleOf(edge);
        const double square = std::pow(middle.x - point.x, 2) + std::pow(middle.y - point.y, 2) + blindPx;
        sum += edge.mtf50p / (square * square);
        weights += 1 / (square * square);
    }
    return weights > 0 ? sum / weights : 0;
}

using Curve = std::vector<double>;

/// The mean response of each group, in the order of the groups' names.
std::map<std::string, Curve> meanResponses(const ChartMarks& marks) {
    std::map<std::string, Curve> sums;
    std::map<std::string, int> counts;
    for (const auto& edge : marks.edges) {
        if (edge.response.empty()) continue;
        auto& sum = sums[edge.group];
        sum.resize(edge.response.size());
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += static_cast<double>(edge.response[i]);
        ++counts[edge.group];
    }
    for (auto& [group, sum] : sums)
        for (auto& value : sum)
            value /= counts[group];
    return sums;
}

/// A frame with axes, 0 to 1 cycles/pixel and 0 to a little above the highest response.
class ResponseAxes {
public:
    ResponseAxes(QPainter& painter, QSizeF size, double highest)
        : painter_(painter),
          unit_(size.width() / 800),
          frame_(60 * unit_, 20 * unit_, size.width() - 80 * unit_, size.height() - 75 * unit_),
          top_(std::max(1.1, std::ceil(highest * 10 + 0.5) / 10)) {}

    double unit() const { return unit_; }
    QRectF frame() const { return frame_; }
    QPointF at(double frequency, double response) const {
        return {frame_.left() + frequency * frame_.width(),
                frame_.bottom() - response / top_ * frame_.height()};
    }
    void draw() {
        painter_.setFont(fontOf(13 * unit_));
        for (int tenth = 0; tenth <= 10; ++tenth)
            grid(tenth / 10.0);
        for (int fifth = 0; fifth / 5.0 <= top_; ++fifth)
            level(fifth / 5.0);
        painter_.setPen(QPen(Qt::black, 1.5 * unit_, Qt::DashLine));
        painter_.drawLine(at(0.5, 0), at(0.5, top_));
        painter_.drawLine(at(0, 0.5), at(1, 0.5));
        painter_.drawText(QRectF(frame_.left(), frame_.bottom() + 26 * unit_, frame_.width(), 20 * unit_),
                          Qt::AlignCenter,
                          "frequency across the edge, cycles/pixel (dashed: Nyquist, and one half)");
        painter_.setPen(QPen(Qt::black, 1.5 * unit_));
        painter_.drawRect(frame_);
    }

private:
    void grid(double frequency) {
        painter_.setPen(QPen(QColor(215, 215, 215), unit_));
        painter_.drawLine(at(frequency, 0), at(frequency, top_));
        painter_.setPen(Qt::black);
        const auto foot = at(frequency, 0);
        painter_.drawText(QRectF(foot.x() - 30 * unit_, foot.y() + 4 * unit_, 60 * unit_, 18 * unit_),
                          Qt::AlignCenter, number(frequency, 1));
    }
    void level(double response) {
        painter_.setPen(QPen(QColor(215, 215, 215), unit_));
        painter_.drawLine(at(0, response), at(1, response));
        painter_.setPen(Qt::black);
        const auto left = at(0, response);
        painter_.drawText(QRectF(left.x() - 55 * unit_, left.y() - 9 * unit_, 48 * unit_, 18 * unit_),
                          Qt::AlignRight | Qt::AlignVCenter, number(response, 1));
    }

    QPainter& painter_;
    double unit_;
    QRectF frame_;
    double top_;
};

void drawCurve(QPainter& painter, const ResponseAxes& axes, const Curve& curve, const QColor& colour) {
    QPolygonF line;
    for (std::size_t i = 0; i < curve.size(); ++i)
        line << axes.at(double(i) / double(curve.size() - 1), curve[i]);
    painter.setPen(QPen(colour, 2.2 * axes.unit()));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
}

} // namespace

Result<std::vector<std::byte>> annotatedPicture(const DecodedPicture& picture, const ChartMarks& marks,
                                                int widthPx) {
    auto image = enlarged(picture, widthPx);
    if (!image) return passOn(image);
    const double scale = image->width() / double(picture.size.width);
    {
        QPainter painter(&*image);
        Annotation(painter, marks, scale).draw();
    }
    return encoded(withRemarks(*image, marks.remarks));
}

Result<std::vector<std::byte>> focusMap(const ChartMarks& marks, int widthPx) {
    const double best = bestOf(marks);
    const double scale = widthPx / double(std::max<int>(marks.size.width, 1));
    QImage image(std::max(1, widthPx), std::max(1, static_cast<int>(marks.size.height * scale)),
                 QImage::Format_RGB32);
    constexpr int coarse = 4; // pixels a side that share a colour
    {
        QPainter painter(&image);
        for (int y = 0; y < image.height(); y += coarse)
            for (int x = 0; x < image.width(); x += coarse)
                painter.fillRect(
                    x, y, coarse, coarse,
                    rampColour(best > 0 ? sharpnessAt(marks, {x / scale, y / scale}) / best : 0));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(fontOf(widthPx / 62.0));
        for (const auto& edge : marks.edges) {
            const auto middle = middleOf(edge);
            writeAt(painter, {middle.x * scale, middle.y * scale}, number(edge.mtf50p), Qt::white);
        }
        const auto said = QString("MTF50P, cycles/pixel; green is the best, %1").arg(number(best));
        const double width = painter.fontMetrics().horizontalAdvance(said);
        writeAt(painter, {width / 2 + 8, image.height() - widthPx / 50.0}, said, Qt::white);
    }
    return encoded(image);
}

Result<std::vector<std::byte>> responsePlot(const ChartMarks& marks, int widthPx) {
    const auto curves = meanResponses(marks);
    double highest = 1;
    for (const auto& [group, curve] : curves)
        highest = std::max(highest, *std::max_element(curve.begin(), curve.end()));
    QImage image(std::max(1, widthPx), std::max(1, widthPx * 5 / 8), QImage::Format_RGB32);
    image.fill(Qt::white);
    {
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        ResponseAxes axes(painter, image.size(), highest);
        axes.draw();
        int index = 0;
        for (const auto& [group, curve] : curves) {
            const auto colour =
                QColor::fromHsvF(static_cast<float>(index) / static_cast<float>(curves.size()), 0.9F, 0.75F);
            drawCurve(painter, axes, curve, colour);
            painter.setFont(fontOf(14 * axes.unit()));
            const double y = axes.frame().top() + (20 + 20 * index) * axes.unit();
            painter.drawText(QPointF(axes.frame().right() - 160 * axes.unit(), y),
                             QString::fromStdString(group));
            ++index;
        }
    }
    return encoded(image);
}

} // namespace framegate
