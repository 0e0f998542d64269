// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/slot_grid.h"

#include "gui/tile_layout.h"

#include <QCoreApplication>
#include <algorithm>

namespace framegate {
namespace {

constexpr int gap = 8;

struct Grid {
    Q_DECLARE_TR_FUNCTIONS(Grid)
};

} // namespace

SlotGrid::SlotGrid(QWidget* parent) : QWidget(parent) {
    setAccessibleName(Grid::tr("Slots"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumHeight(200);
}

void SlotGrid::show(const std::vector<SlotState>& states) {
    const auto before = tiles_.size();
    for (const auto& state : states) {
        auto* found = tile(state.number);
        if (found == nullptr) {
            found = new SlotTile(state.number, this);
            tiles_.push_back(found);
            found->setVisible(true);
        }
        found->show(state);
    }
    if (tiles_.size() == before) return;
    std::sort(tiles_.begin(), tiles_.end(),
              [](const auto* a, const auto* b) { return a->state().number < b->state().number; });
    place();
}

SlotTile* SlotGrid::tile(int slot) const {
    const auto found = std::find_if(tiles_.begin(), tiles_.end(),
                                    [slot](const auto* tile) { return tile->state().number == slot; });
    return found == tiles_.end() ? nullptr : *found;
}

void SlotGrid::resizeEvent(QResizeEvent*) {
    place();
}

void SlotGrid::place() {
    const int count = static_cast<int>(tiles_.size());
    if (count == 0) return;
    const int columns = columnsFor(count, size());
    const int rows = (count + columns - 1) / columns;
    const double width = static_cast<double>(this->width() + gap) / columns;
    const double height = static_cast<double>(this->height() + gap) / rows;
    for (int index = 0; index < count; ++index) {
        const int row = index / columns;
        const int left = static_cast<int>(index % columns * width);
        const int top = static_cast<int>(row * height);
        tiles_[static_cast<std::size_t>(index)]->setGeometry(left, top, static_cast<int>(width) - gap,
                                                             static_cast<int>(height) - gap);
    }
}

} // namespace framegate
