// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/tile_layout.h"

#include <algorithm>
#include <cmath>

namespace framegate {
namespace {

constexpr double pictureAspect = 4.0 / 3.0;
constexpr double wideFrom = 1.9;

/// Cuts a piece off the top of \a rest and leaves \a gap under it.
QRectF cutTop(QRectF& rest, double height, double gap) {
    const QRectF piece(rest.left(), rest.top(), rest.width(), height);
    rest.setTop(std::min(rest.bottom(), rest.top() + height + gap));
    return piece;
}

void placePictureRight(TileLayout& layout, QRectF& rest, double width, double gap) {
    layout.picture = QRectF(rest.right() - width, rest.top(), width, rest.height());
    rest.setRight(rest.right() - width - gap);
}

/// Under the verdict of a tall tile: picture over text where there is height for both, else side by side.
void placeBody(TileLayout& layout, QRectF rest, double gap) {
    const double textHeight = std::max(layout.unit * 4.2, rest.height() * 0.32);
    const double pictureHeight = std::min(rest.height() - textHeight - gap, rest.width() / pictureAspect);
    if (pictureHeight >= rest.width() * 0.36)
        layout.picture = cutTop(rest, pictureHeight, gap);
    else if (rest.height() >= layout.unit * 2)
        placePictureRight(layout, rest, std::min(rest.height() * pictureAspect, rest.width() * 0.4), gap);
    layout.text = rest;
}

void placeHeader(TileLayout& layout, QRectF& rest, double height, double gap) {
    layout.title = cutTop(rest, height, gap);
    layout.badge = QRectF(layout.title.topLeft(), QSizeF(height * 1.25, height));
    layout.title.setLeft(layout.badge.right() + gap);
}

} // namespace

TileLayout layOutTile(QSizeF size) {
    TileLayout layout;
    layout.card = QRectF(QPointF(0, 0), size).adjusted(1.5, 1.5, -1.5, -1.5);
    const double shorter = std::min(size.width() * 0.75, size.height());
    const double gap = std::clamp(shorter * 0.035, 4.0, 14.0);
    layout.unit = std::clamp(shorter * 0.068, 10.0, 24.0);
    const double pad = gap + 3;
    QRectF rest = layout.card.adjusted(pad, pad, -pad, -pad);
    const bool isWide = size.width() >= wideFrom * size.height();
    const double bar = std::clamp(shorter * 0.03, 4.0, 12.0);
    layout.progress = QRectF(rest.left(), rest.bottom() - bar, rest.width(), bar);
    rest.setBottom(layout.progress.top() - gap);
    if (isWide)
        placePictureRight(layout, rest, std::min(rest.height() * pictureAspect, rest.width() * 0.42),
                          gap * 1.5);
    placeHeader(layout, rest, std::clamp(shorter * 0.15, 20.0, 56.0), gap);
    layout.verdict =
        cutTop(rest, rest.height() * (isWide ? 0.56 : std::clamp(90 / rest.height(), 0.36, 0.58)), gap);
    if (isWide)
        layout.text = rest;
    else
        placeBody(layout, rest, gap);
    return layout;
}

int columnsFor(int count, QSize area) {
    int best = 1;
    double bestSize = 0;
    for (int columns = 1; columns <= std::max(count, 1); ++columns) {
        const int rows = (count + columns - 1) / columns;
        const double width = static_cast<double>(area.width()) / columns;
        const double height = static_cast<double>(area.height()) / std::max(rows, 1);
        const bool isUneven = columns * rows != count;
        const double size = std::min(width / pictureAspect, height) * (isUneven ? 0.85 : 1.0);
        if (size > bestSize * 1.001) {
            best = columns;
            bestSize = size;
        }
    }
    return best;
}

} // namespace framegate
