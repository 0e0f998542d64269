// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/slot_learning.h"

#include "boot/flasher.h"
#include "flashing/board_flashing.h"
#include "flashing/bootsel_entry.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace framegate {
namespace {

using namespace std::chrono_literals;

constexpr auto pollEvery = 100ms;
constexpr int looksUntilSettled = 5; ///< half a second: plugs bounce, and two hands may plug at once
constexpr std::size_t idDigits = 16;

Failure cancelled() {
    return failure(ErrorKind::Cancelled, "CANCELLED",
                   "stopped before all slots were learnt; nothing was written");
}

Result<std::vector<UsbDevice>> picosOf(UsbBackend& usb) {
    auto devices = usb.devices();
    if (!devices) return devices;
    std::erase_if(*devices, [](const UsbDevice& device) { return !isPico(device); });
    return devices;
}

std::string portsText(const std::vector<UsbDevice>& devices) {
    std::vector<std::string> ports;
    for (const auto& device : devices)
        ports.push_back(device.port.text());
    return fmt::format("{}", fmt::join(ports, ", "));
}

const SlotLayout* slotWith(const StationLayout& layout, const UsbPortPath& port, const std::string& id) {
    const auto found = std::find_if(layout.slots.begin(), layout.slots.end(), [&](const SlotLayout& slot) {
        return slot.port == port || (!id.empty() && slot.boardId == id);
    });
    return found == layout.slots.end() ? nullptr : &*found;
}

/// Looks for boards that arrive. Thread-bound.
class Arrivals {
public:
    Arrivals(UsbBackend& usb, Clock& clock, std::stop_token stop)
        : usb_(usb), clock_(clock), stop_(std::move(stop)) {}

    /// All boards that are there now are known from now on.
    Result<std::vector<UsbDevice>> know() {
        auto there = picosOf(usb_);
        if (there)
            for (const auto& device : *there)
                know(device.port);
        return there;
    }
    void know(const UsbPortPath& port) { known_.insert(port); }
    /// The boards that have arrived, once they stay the same for a while; a known one that leaves is unknown.
    Result<std::vector<UsbDevice>> next() {
        std::vector<UsbDevice> last;
        for (int same = 0; same < looksUntilSettled; ++same) {
            auto now = look();
            if (!now) return now;
            if (now->empty() || portsText(*now) != portsText(last)) same = -1;
            last = std::move(*now);
            if (auto slept = clock_.sleepFor(pollEvery, stop_); !slept) return cancelled();
        }
        return last;
    }
    /// Until nothing is there that has arrived.
    Result<> awaitNone() {
        for (;;) {
            const auto now = look();
            if (!now) return passOn(now);
            if (now->empty()) return {};
            if (auto slept = clock_.sleepFor(pollEvery, stop_); !slept) return cancelled();
        }
    }

private:
    Result<std::vector<UsbDevice>> look() {
        if (stop_.stop_requested()) return cancelled();
        auto there = picosOf(usb_);
        if (!there) return there;
        std::set<UsbPortPath> ports;
        for (const auto& device : *there)
            ports.insert(device.port);
        std::erase_if(known_, [&](const UsbPortPath& port) { return ports.count(port) == 0; });
        std::erase_if(*there, [&](const UsbDevice& device) { return known_.count(device.port) > 0; });
        return there;
    }

    UsbBackend& usb_;
    Clock& clock_;
    std::stop_token stop_;
    std::set<UsbPortPath> known_;
};

/// Waits for the board of one slot.
Result<SlotLayout> learnSlot(int number, UsbBackend& usb, Arrivals& arrivals, const StationLayout& learnt,
                             const SayToOperator& say, const std::stop_token& stop) {
    for (;;) {
        say(fmt::format("slot {}: plug its board in", number));
        const auto arrived = arrivals.next();
        if (!arrived) return passOn(arrived);
        const auto& first = arrived->front();
        const auto id = arrived->size() == 1 ? boardIdOf(usb, first, stop) : std::string();
        const auto* taken = slotWith(learnt, first.port, id);
        if (arrived->size() == 1 && taken == nullptr) {
            arrivals.know(first.port);
            return SlotLayout{number, first.port, id};
        }
        say(arrived->size() > 1 ? fmt::format("two boards at once, at {}: unplug both", portsText(*arrived))
                                : fmt::format("the board at {} belongs to slot {} already: unplug it",
                                              first.port.text(), taken->number));
        if (auto none = arrivals.awaitNone(); !none) return passOn(none);
    }
}

std::string idText(const SlotLayout& slot) {
    return slot.boardId.empty() ? "an id that is not known" : "id " + slot.boardId;
}

std::string lower(std::string text) {
    for (auto& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// A serial number that is an id; programs in an RP2040's RAM say EEEE… .
std::string idOfSerial(const std::string& serial) {
    const auto id = lower(serial);
    const bool digits =
        id.size() == idDigits && id.find_first_not_of("0123456789abcdef") == std::string::npos;
    return digits && id != std::string(idDigits, 'e') ? id : std::string();
}

StationLayout emptyLayout(const SlotsToLearn& slots) {
    return {slots.station, {}, slots.swappedBoards};
}

/// The number of a slot that is still to be learnt; 0 for an answer that is none.
int chosenSlot(const std::string& answer, const SlotsToLearn& slots, const StationLayout& learnt) {
    int number = 0;
    const auto* end = answer.data() + answer.size();
    if (std::from_chars(answer.data(), end, number).ptr != end) return 0;
    const bool wanted = std::count(slots.numbers.begin(), slots.numbers.end(), number) > 0;
    const bool taken = std::any_of(learnt.slots.begin(), learnt.slots.end(),
                                   [&](const SlotLayout& slot) { return slot.number == number; });
    return wanted && !taken ? number : 0;
}

/// Asks until the answer is a slot, or empty.
Result<int> askForSlot(const UsbPortPath& port, const SlotsToLearn& slots, const StationLayout& learnt,
                       const AskOperator& ask, const std::stop_token& stop) {
    for (;;) {
        const auto answer =
            ask(fmt::format("the board at {} blinks: which slot is it? (Enter: none)", port.text()), stop);
        if (!answer) return passOn(answer);
        if (answer->empty()) return 0;
        if (const int number = chosenSlot(*answer, slots, learnt); number > 0) return number;
    }
}

/// Lets one board blink while somebody is asked. None: it does not greet, or is no slot's.
Result<std::optional<SlotLayout>> blinkAndAsk(UsbBackend& usb, const UsbPortPath& port,
                                              const SlotsToLearn& slots, const StationLayout& learnt,
                                              const AskOperator& ask, const std::stop_token& stop) {
    auto transport = usb.open(port, firmwareInterface);
    if (!transport) return passOn(transport);
    FixtureBoard board(std::move(*transport));
    const auto limit = [&board] { return Deadline::after(board.clock(), greetLimit); };
    const auto hello = board.hello(limit(), stop);
    if (!hello) return passOn(hello);
    if (auto lit = board.setLed(wire::LedPattern::Blink, limit(), stop); !lit) return passOn(lit);
    const auto number = askForSlot(port, slots, learnt, ask, stop);
    (void)board.setLed(wire::LedPattern::Off, limit(), {});
    if (!number) return passOn(number);
    if (*number == 0) return std::optional<SlotLayout>();
    return std::optional(SlotLayout{*number, port, hello->boardId});
}

} // namespace

Result<StationLayout> learnByPlugging(UsbBackend& usb, Clock& clock, const SlotsToLearn& slots,
                                      const SayToOperator& say, std::stop_token stop) {
    Arrivals arrivals(usb, clock, stop);
    const auto there = arrivals.know();
    if (!there) return passOn(there);
    if (!there->empty())
        say(fmt::format("plugged in already: {}; unplug what is to be learnt", portsText(*there)));
    auto layout = emptyLayout(slots);
    for (const int number : slots.numbers) {
        const auto slot = learnSlot(number, usb, arrivals, layout, say, stop);
        if (!slot) return passOn(slot);
        say(fmt::format("slot {}: port {}, {}", number, slot->port.text(), idText(*slot)));
        layout.slots.push_back(*slot);
    }
    return layout;
}

Result<StationLayout> learnByBlinking(UsbBackend& usb, const SlotsToLearn& slots, const SayToOperator& say,
                                      const AskOperator& ask, std::stop_token stop) {
    const auto devices = usb.devices();
    if (!devices) return passOn(devices);
    auto layout = emptyLayout(slots);
    for (const auto& device : *devices) {
        if (!runsTestFirmware(device) || layout.slots.size() == slots.numbers.size()) continue;
        const auto slot = blinkAndAsk(usb, device.port, slots, layout, ask, stop);
        if (!slot && slot.error().kind == ErrorKind::Cancelled) return cancelled();
        if (!slot && slot.error().code == "NO_OPERATOR") return passOn(slot);
        if (!slot)
            say(fmt::format("the board at {} is left out: {}", device.port.text(), slot.error().message));
        if (slot && *slot) layout.slots.push_back(**slot);
    }
    std::sort(layout.slots.begin(), layout.slots.end(),
              [](const SlotLayout& a, const SlotLayout& b) { return a.number < b.number; });
    if (layout.slots.size() == slots.numbers.size()) return layout;
    return failure(ErrorKind::NotFound, "LEARN_INCOMPLETE",
                   fmt::format("{} of {} slots were found; blinking needs boards that run the test firmware "
                               "(framegate flash --all)",
                               layout.slots.size(), slots.numbers.size()));
}

std::string boardIdOf(UsbBackend& usb, const UsbDevice& device, const std::stop_token& stop) {
    if (runsTestFirmware(device)) {
        auto transport = usb.open(device.port, firmwareInterface);
        if (!transport) return {};
        FixtureBoard board(std::move(*transport));
        const auto hello = board.hello(Deadline::after(board.clock(), greetLimit), stop);
        return hello ? hello->boardId : std::string();
    }
    if (!boot::bootselChip(device)) return idOfSerial(device.serial);
    auto flasher = boot::Flasher::open(usb, device.port, stop);
    if (!flasher) return {};
    const auto identity = flasher->identity(stop);
    return identity ? identity->boardId : std::string();
}

std::string stationToml(const StationLayout& layout) {
    auto text = fmt::format("# Learnt by framegate boards --learn.\n\nname = \"{}\"\n", layout.name);
    if (layout.swappedBoards == SwappedBoards::Refuse) text += "swapped_boards = \"refuse\"\n";
    for (const auto& slot : layout.slots) {
        text += fmt::format("\n[[slot]]\nnumber = {}\nport = \"{}\"\n", slot.number, slot.port.text());
        if (!slot.boardId.empty()) text += fmt::format("board_id = \"{}\"\n", slot.boardId);
    }
    return text;
}

} // namespace framegate
