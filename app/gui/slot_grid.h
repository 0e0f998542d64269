// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/slot_tile.h"

#include <QWidget>
#include <vector>

namespace framegate {

/// The tiles of all slots, in as many columns as leave them largest. Thread-bound.
class SlotGrid : public QWidget {
public:
    explicit SlotGrid(QWidget* parent = nullptr);

    void show(const std::vector<SlotState>& states);
    /// The tile of a slot, or null.
    SlotTile* tile(int slot) const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void place();

    std::vector<SlotTile*> tiles_; ///< children; in the order of the slots
};

} // namespace framegate
