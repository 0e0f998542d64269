// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/chart_painting.h"

#include <QFont>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace framegate {
namespace {

double srgbOf(double linear) {
    const double v = std::clamp(linear, 0.0, 1.0);
    return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

/// Draws one chart: white in the file is the bare paper.
class ChartPainting {
public:
    ChartPainting(QPainter& painter, const ChartDescription& chart) : painter_(painter), chart_(chart) {
        painter_.setPen(Qt::NoPen);
        painter_.setRenderHint(QPainter::Antialiasing);
    }
    void surfaces();
    void label();

private:
    QColor colour(const ChartColour& light) const;
    QColor grey(double reflectance) const { return colour({reflectance, reflectance, reflectance}); }
    void quad(const std::array<ChartPoint, 4>& corners, const QColor& colour);
    void fiducial(const ChartFiducial& fiducial);
    void wedge();

    QPainter& painter_;
    const ChartDescription& chart_;
};

QColor ChartPainting::colour(const ChartColour& light) const {
    const auto part = [&](double value) { return static_cast<float>(srgbOf(value / chart_.paper)); };
    return QColor::fromRgbF(part(light[0]), part(light[1]), part(light[2]));
}

void ChartPainting::quad(const std::array<ChartPoint, 4>& corners, const QColor& colour) {
    QPolygonF polygon;
    for (const auto& corner : corners)
        polygon << QPointF(corner.x, corner.y);
    painter_.setBrush(colour);
    painter_.drawConvexPolygon(polygon);
}

/// The black frame whole, then one path of all white cells: cells drawn one by one would show seams.
void ChartPainting::fiducial(const ChartFiducial& fiducial) {
    const auto& marker = chart_.marker;
    quad(squareCorners(fiducial.centre, marker.side + 2 * marker.margin, 0), grey(marker.white));
    quad(squareCorners(fiducial.centre, marker.side, 0), grey(marker.black));
    const double cell = marker.side / chartFrameCells;
    QPainterPath cells;
    for (int row = 0; row < chartFrameCells; ++row)
        for (int column = 0; column < chartFrameCells; ++column)
            if (fiducial.white(row, column)) {
                QPainterPath one;
                one.addRect(fiducial.centre.x - marker.side / 2 + column * cell,
                            fiducial.centre.y - marker.side / 2 + row * cell, cell, cell);
                cells = cells.united(one);
            }
    painter_.fillPath(cells.simplified(), grey(marker.white));
}

void ChartPainting::wedge() {
    const auto& wedge = chart_.wedge;
    const double group = wedge.width / static_cast<double>(wedge.pitches.size());
    painter_.setBrush(grey(wedge.reflectance));
    double left = wedge.centre.x - wedge.width / 2;
    for (const double pitch : wedge.pitches) {
        for (int bar = 0; (bar + 0.5) * pitch <= group + 1e-9; ++bar)
            painter_.drawRect(
                QRectF(left + bar * pitch, wedge.centre.y - wedge.height / 2, pitch / 2, wedge.height));
        left += group;
    }
}

void ChartPainting::surfaces() {
    painter_.fillRect(QRectF(0, 0, 1, chart_.height), grey(chart_.background));
    for (const auto& one : chart_.fiducials)
        fiducial(one);
    for (const auto& square : chart_.squares)
        quad(square.corners(), grey(square.reflectance));
    for (const auto& patch : chart_.patches)
        quad(patch.corners(), colour(patch.colour));
    painter_.setBrush(grey(chart_.trap.reflectance));
    painter_.drawEllipse(QPointF(chart_.trap.centre.x, chart_.trap.centre.y), chart_.trap.radius,
                         chart_.trap.radius);
    wedge();
}

void ChartPainting::label() {
    constexpr int pixels = 200; // outlines are taken at a size at which rounding does not show, then scaled
    QFont font("DejaVu Sans");
    font.setPixelSize(pixels);
    QPainterPath path;
    path.addText(0, 0, font, QString::fromStdString(chart_.label.text));
    const auto bounds = path.boundingRect();
    painter_.save();
    painter_.translate(chart_.label.centre.x, chart_.label.centre.y);
    painter_.scale(chart_.label.height / bounds.height(), chart_.label.height / bounds.height());
    painter_.translate(-bounds.center());
    painter_.fillPath(path, grey(chart_.label.reflectance));
    painter_.restore();
}

} // namespace

void paintChart(QPainter& painter, const ChartDescription& chart, ChartText text) {
    painter.save();
    ChartPainting painting(painter, chart);
    painting.surfaces();
    if (text == ChartText::Drawn) painting.label();
    painter.restore();
}

} // namespace framegate
