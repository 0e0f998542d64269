// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QSize>
#include <QSizeF>

namespace framegate {

/// Where a tile's parts lie, in the tile's logical pixels. Parts that do not fit are empty.
struct TileLayout {
    QRectF card;
    QRectF badge;   ///< the slot's number
    QRectF title;   ///< serial and run
    QRectF verdict; ///< mark and word
    QRectF picture;
    QRectF text;     ///< step, or failure code and detail
    QRectF progress; ///< bar along the bottom
    double unit = 1; ///< height of the tile's plain text
};

/// The layout of a tile of this size. Wide tiles have the picture at the right, tall ones below the verdict.
TileLayout layOutTile(QSizeF size);

/// How many columns show \a count tiles in \a area as large as possible; at least 1.
int columnsFor(int count, QSize area);

} // namespace framegate
