// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/station_model.h"
#include "gui/tile_layout.h"

#include <QImage>
#include <QPixmap>
#include <QWidget>

namespace framegate {

/// One slot: who is in it, what is done to it, its last picture, and its verdict, readable from 2 m.
/// Paints a SlotState and decides nothing. Thread-bound.
class SlotTile : public QWidget {
public:
    explicit SlotTile(int number, QWidget* parent = nullptr);

    /// Paints anew if anything changed since the last call.
    void show(const SlotState& state);
    /// The thumbnail of capture \a ticket of the slot (SlotState::pictureCount). A null image says that the
    /// bytes could not be decoded. One that belongs to an earlier unit is dropped.
    void showThumbnail(std::uint64_t ticket, const QImage& image);
    const SlotState& state() const { return state_; }
    bool hasThumbnail() const { return !image_.isNull(); }

    QSize minimumSizeHint() const override { return {150, 96}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void paintHeader(QPainter& painter) const;
    void paintVerdict(QPainter& painter) const;
    void paintPicture(QPainter& painter);
    void paintNoPicture(QPainter& painter, const QString& words) const;
    void paintText(QPainter& painter) const;
    void paintFailure(QPainter& painter, QRectF area) const;
    void paintProgress(QPainter& painter) const;
    void paintNext(QPainter& painter) const;
    QString plainText() const;
    void forgetPicture();

    SlotState state_;
    TileLayout layout_;
    QImage image_;
    QPixmap scaled_; ///< image_ for the present size; null: to be made
    bool undecodable_ = false;
    std::uint64_t firstTicket_ = 1; ///< the first capture of the unit shown
};

} // namespace framegate
