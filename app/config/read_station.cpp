// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/fields.h"
#include "config/readers.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate::config {
namespace {

constexpr int mostSlots = 256;

/// As `framegate boards` shows it.
Result<std::string> boardIdOf(const Value& value) {
    auto text = value.string();
    if (text && text->size() == 16 && text->find_first_not_of("0123456789abcdef") == std::string::npos)
        return text;
    return value.expected("16 hexadecimal digits in lower case, such as \"e66118604b5f9a21\"");
}

Result<SwappedBoards> swappedBoardsOf(const Value& value) {
    const auto word = value.string();
    if (word && *word == "note") return SwappedBoards::Note;
    if (word && *word == "refuse") return SwappedBoards::Refuse;
    return value.expected("\"note\" or \"refuse\"");
}

Result<SlotLayout> readSlot(const Table& table) {
    Fields fields(table);
    SlotLayout slot;
    slot.number = fields.integer<int>("number", 1, mostSlots);
    const auto port = fields.required("port");
    const auto text = port ? fields.take(port->string()) : std::string();
    if (const auto id = fields.optional("board_id")) slot.boardId = fields.take(boardIdOf(*id));
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    auto path = UsbPortPath::parse(text);
    if (!path) return port->expected("a USB port path such as \"1-2.4\"");
    slot.port = std::move(*path);
    return slot;
}

/// Adds \a slot, unless its number or its port is taken.
Result<> addSlot(std::vector<SlotLayout>& slots, SlotLayout slot, const Table& table) {
    for (const auto& other : slots) {
        if (other.number == slot.number)
            return table.required("number")->refused(fmt::format("slot {} is described twice", slot.number));
        if (other.port == slot.port)
            return table.required("port")->refused(
                fmt::format("port {} belongs to slot {} already", slot.port.text(), other.number));
        if (!slot.boardId.empty() && other.boardId == slot.boardId)
            return table.required("board_id")
                ->refused(fmt::format("board {} belongs to slot {} already", slot.boardId, other.number));
    }
    slots.push_back(std::move(slot));
    return {};
}

} // namespace

Result<StationLayout> stationOf(const Document& document) {
    Fields fields(document.root());
    StationLayout station;
    station.name = fields.text("name");
    if (const auto value = fields.optional("swapped_boards"))
        station.swappedBoards = fields.take(swappedBoardsOf(*value));
    for (const auto& table : fields.tables("slot")) {
        auto slot = readSlot(table);
        if (!slot) return passOn(slot);
        if (auto added = addSlot(station.slots, std::move(*slot), table); !added) return passOn(added);
    }
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    std::sort(station.slots.begin(), station.slots.end(),
              [](const SlotLayout& a, const SlotLayout& b) { return a.number < b.number; });
    return station;
}

Result<StationLayout> readStation(const std::filesystem::path& file) {
    const auto document = Document::read(file);
    if (!document) return passOn(document);
    return stationOf(*document);
}

} // namespace framegate::config
