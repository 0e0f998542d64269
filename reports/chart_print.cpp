// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/chart_print.h"

#include "reports/chart_painting.h"

#include <QBuffer>
#include <QImage>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace framegate {
namespace {

constexpr double marginMm = 10; // more than any printer leaves blank
constexpr double footMm = 17;
constexpr double footGapMm = 4;
constexpr double shortestMm = 100;
constexpr double longestMm = 3000;
constexpr int dotsPerInch = 1200;
constexpr double mmPerInch = 25.4;

Failure notAPaper(std::string_view text) {
    return failure(ErrorKind::InvalidInput, "PAPER",
                   fmt::format("paper \"{}\": expected A0 to A5, letter, or WIDTHxHEIGHTmm with {} to {} mm "
                               "a side, such as 420x297mm",
                               text, shortestMm, longestMm));
}

/// Reads a length at the start of \a text and takes it off.
bool takeLength(std::string_view& text, double& lengthMm) {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), lengthMm, std::chars_format::fixed);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return lengthMm >= shortestMm && lengthMm <= longestMm;
}

/// Draws below the chart; the painter's unit is 1 mm, its origin the foot's top left corner.
class Foot {
public:
    Foot(QPainter& painter, const ChartDescription& chart, double widthMm)
        : painter_(painter), chart_(chart), widthMm_(widthMm) {}

    void draw() {
        scaleBar();
        const auto pitches = printCheck();
        const auto said =
            fmt::format("{} {}   chart width {:.1f} mm   the bar is {:.1f} mm: print at 100 %, on matt paper "
                        "  bars at the "
                        "right: {} mm a pair   sha256 {}",
                        chart_.name, chart_.version, widthMm_, barMm(), pitches, chart_.sha256.substr(0, 16));
        text(said);
    }

private:
    double barMm() const { return widthMm_ >= 150 ? 100 : 50; }

    /// Every other centimetre is filled, on the scale's whole length.
    void scaleBar() {
        painter_.setBrush(Qt::black);
        painter_.setPen(Qt::NoPen);
        painter_.drawRect(QRectF(0, 4.6, barMm(), 0.4));
        for (int cm = 0; cm * 10 < barMm(); cm += 2)
            painter_.drawRect(QRectF(cm * 10, 1.5, 10, 3.1));
        painter_.drawRect(QRectF(0, 0, 0.2, 5));
        painter_.drawRect(QRectF(barMm() - 0.2, 0, 0.2, 5));
    }

    /// Groups of bars, coarse to fine, at the right: those that run together the printer does not resolve.
    std::string printCheck() {
        constexpr double group = 7;
        constexpr std::array pitchesMm = {1.0, 0.5, 0.3, 0.2, 0.1};
        double left = widthMm_ - pitchesMm.size() * (group + 1) + 1;
        std::string said;
        for (const double pitch : pitchesMm) {
            for (int bar = 0; (bar + 0.5) * pitch <= group; ++bar)
                painter_.drawRect(QRectF(left + bar * pitch, 0, pitch / 2, 5));
            left += group + 1;
            said += fmt::format("{}{:.1f}", said.empty() ? "" : " ", pitch);
        }
        return said;
    }

    /// \a said on one line where it fits at a readable size, else on several.
    void text(const std::string& said) {
        constexpr double dotsPerMm = 20; // letters are placed on whole units
        constexpr double letterMm = 2.5;
        painter_.save();
        painter_.scale(1 / dotsPerMm, 1 / dotsPerMm);
        QFont font("DejaVu Sans");
        font.setPixelSize(static_cast<int>(letterMm * dotsPerMm));
        painter_.setFont(font);
        painter_.setPen(Qt::black);
        painter_.drawText(QRectF(0, 6.5 * dotsPerMm, widthMm_ * dotsPerMm, (footMm - 6.5) * dotsPerMm),
                          Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, QString::fromStdString(said));
        painter_.restore();
    }

    QPainter& painter_;
    const ChartDescription& chart_;
    double widthMm_;
};

void layOut(QPdfWriter& writer, PaperSize paper) {
    writer.setResolution(dotsPerInch);
    const QPageSize size(QSizeF(paper.widthMm, paper.heightMm), QPageSize::Millimeter, QString(),
                         QPageSize::ExactMatch);
    writer.setPageLayout(QPageLayout(size, QPageLayout::Portrait, QMarginsF(0, 0, 0, 0)));
}

void paintPage(QPainter& painter, const ChartDescription& chart, PaperSize paper) {
    const double widthMm = printedChartWidthMm(chart, paper);
    const double heightMm = widthMm * chart.height;
    const double left = (paper.widthMm - widthMm) / 2;
    const double top = (paper.heightMm - heightMm - footGapMm - footMm) / 2;
    painter.scale(dotsPerInch / mmPerInch, dotsPerInch / mmPerInch);
    painter.save();
    painter.translate(left, top);
    painter.scale(widthMm, widthMm);
    paintChart(painter, chart, ChartText::Drawn);
    painter.restore();
    painter.translate(left, top + heightMm + footGapMm);
    Foot(painter, chart, widthMm).draw();
}

} // namespace

Result<PaperSize> PaperSize::parse(std::string_view text) {
    static const std::map<std::string_view, PaperSize, std::less<>> named = {
        {"A0", {1189, 841}}, {"A1", {841, 594}}, {"A2", {594, 420}},         {"A3", {420, 297}},
        {"A4", {297, 210}},  {"A5", {210, 148}}, {"letter", {279.4, 215.9}},
    };
    if (const auto found = named.find(text); found != named.end()) return found->second;
    PaperSize paper;
    std::string_view rest = text;
    if (!takeLength(rest, paper.widthMm) || !rest.starts_with('x')) return notAPaper(text);
    rest.remove_prefix(1);
    if (!takeLength(rest, paper.heightMm) || rest != "mm") return notAPaper(text);
    return paper;
}

double printedChartWidthMm(const ChartDescription& chart, PaperSize paper) {
    const double room = paper.heightMm - 2 * marginMm - footMm - footGapMm;
    return std::min(paper.widthMm - 2 * marginMm, room / chart.height);
}

Result<std::vector<std::byte>> chartPdf(const ChartDescription& chart, PaperSize paper,
                                        const std::string& creator) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(QString::fromStdString(fmt::format("{} {}", chart.name, chart.version)));
        writer.setCreator(QString::fromStdString(creator));
        layOut(writer, paper);
        QPainter painter;
        if (!painter.begin(&writer))
            return failure(ErrorKind::Io, "CHART_PRINT", "drawing the chart: Qt cannot start a PDF");
        paintPage(painter, chart, paper);
    }
    const auto* bytes = reinterpret_cast<const std::byte*>(buffer.data().constData());
    return std::vector<std::byte>(bytes, bytes + buffer.size());
}

ChartRaster chartRaster(const ChartDescription& chart, int width) {
    const int height = static_cast<int>(std::lround(width * chart.height));
    QImage image(width, height, QImage::Format_RGB888);
    image.fill(Qt::white);
    {
        QPainter painter(&image);
        painter.scale(width, width);
        paintChart(painter, chart, ChartText::LeftOut);
    }
    ChartRaster raster{width, height, {}};
    for (int row = 0; row < height; ++row)
        raster.rgb.insert(raster.rgb.end(), image.constScanLine(row), image.constScanLine(row) + 3 * width);
    return raster;
}

} // namespace framegate
