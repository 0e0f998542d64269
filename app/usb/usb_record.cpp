// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/usb_record.h"

#include "base/clock.h"
#include "base/files.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace framegate {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view format = "framegate usb recording";
constexpr unsigned version = 1;
constexpr std::size_t calls = 8;
constexpr std::array<std::string_view, calls> callNames = {"devices", "open",    "restart", "wait",
                                                           "send",    "receive", "control", "clear-halt"};

bool hasPort(UsbCall call) {
    return call == UsbCall::Open || call == UsbCall::Restart || call == UsbCall::Wait;
}
bool hasInterface(UsbCall call) {
    return call == UsbCall::Open || call == UsbCall::Restart;
}
bool hasSetup(UsbCall call) {
    return call == UsbCall::Restart || call == UsbCall::Control;
}
bool hasRoom(UsbCall call) {
    return call == UsbCall::Receive || call == UsbCall::Control;
}
bool hasSent(UsbCall call) {
    return call == UsbCall::Send || call == UsbCall::Control;
}
bool hasTransport(UsbCall call) {
    return call == UsbCall::Open || call >= UsbCall::Send;
}

std::string hexOf(std::span<const std::byte> bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text += digits[std::to_integer<std::size_t>(byte) >> 4];
        text += digits[std::to_integer<std::size_t>(byte) & 0xF];
    }
    return text;
}

Json jsonOf(const std::vector<UsbDevice>& devices) {
    auto all = Json::array();
    for (const auto& device : devices)
        all.push_back({{"port", device.port.text()},
                       {"vendor", device.vendor},
                       {"product", device.product},
                       {"serial", device.serial},
                       {"name", device.productName}});
    return all;
}

Json jsonOf(const Error& error) {
    return {{"kind", kindText(error.kind)}, {"code", error.code}, {"message", error.message}};
}

Json requestJson(const UsbRecord& record) {
    Json json = {{"call", callNames.at(static_cast<std::size_t>(record.call))}};
    if (hasTransport(record.call)) json["transport"] = record.transport;
    if (hasPort(record.call)) json["port"] = record.port.text();
    if (hasInterface(record.call))
        json["interface"] = {record.match.interfaceClass, record.match.subclass, record.match.protocol};
    const auto& setup = record.request;
    if (hasSetup(record.call)) json["setup"] = {setup.requestType, setup.request, setup.value, setup.index};
    if (record.call == UsbCall::ClearHalt) json["pipe"] = record.pipe == UsbPipe::BulkIn ? "in" : "out";
    if (hasRoom(record.call)) json["room"] = record.room;
    if (hasSent(record.call)) json["sent"] = hexOf(record.sent);
    return json;
}

std::string lineOf(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Takes the fields of one line, and remembers the first that is not as it must be.
class Fields {
public:
    explicit Fields(const Json& json) : json_(json) {}

    std::uint64_t number(const char* name, std::uint64_t most) { return numberIn(find(name), name, most); }
    std::string text(const char* name) {
        const auto* field = find(name);
        if (field != nullptr && field->is_string()) return field->get<std::string>();
        return wrong(name), std::string();
    }
    std::vector<std::uint64_t> numbers(const char* name, std::vector<std::uint64_t> most) {
        const auto* field = find(name);
        std::vector<std::uint64_t> all(most.size());
        if (field == nullptr || !field->is_array() || field->size() != most.size()) return wrong(name), all;
        for (std::size_t i = 0; i < most.size(); ++i)
            all[i] = numberIn(&(*field)[i], name, most[i]);
        return all;
    }
    std::vector<std::byte> bytes(const char* name) {
        const auto hex = text(name);
        std::vector<std::byte> all;
        if (hex.size() % 2 != 0) wrong(name);
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
            all.push_back(static_cast<std::byte>(digit(hex[i], name) << 4 | digit(hex[i + 1], name)));
        return all;
    }
    UsbPortPath port() {
        auto path = UsbPortPath::parse(text("port"));
        if (path) return std::move(*path);
        return wrong("port"), UsbPortPath();
    }
    template <class Each>
    void each(const char* name, Each take) {
        const auto* field = find(name);
        if (field == nullptr || !field->is_array()) return wrong(name);
        for (const auto& element : *field) {
            Fields inner(element);
            take(inner);
            if (inner.wrong_ != nullptr) wrong(inner.wrong_);
        }
    }
    bool has(const char* name) const { return find(name) != nullptr; }
    template <class Take>
    void within(const char* name, Take take) {
        const auto* field = find(name);
        if (field == nullptr) return wrong(name);
        Fields inner(*field);
        take(inner);
        if (inner.wrong_ != nullptr) wrong(inner.wrong_);
    }
    /// The first field that is missing or wrong; null if all are good.
    const char* firstWrong() const { return wrong_; }
    void wrong(const char* name) {
        if (wrong_ == nullptr) wrong_ = name;
    }

private:
    const Json* find(const char* name) const {
        if (!json_.is_object()) return nullptr;
        const auto found = json_.find(name);
        return found == json_.end() ? nullptr : &*found;
    }
    std::uint64_t numberIn(const Json* field, const char* name, std::uint64_t most) {
        if (field != nullptr && field->is_number_unsigned())
            if (const auto value = field->get<std::uint64_t>(); value <= most) return value;
        return wrong(name), 0;
    }
    unsigned digit(char letter, const char* name) {
        if (letter >= '0' && letter <= '9') return static_cast<unsigned>(letter - '0');
        if (letter >= 'a' && letter <= 'f') return static_cast<unsigned>(letter - 'a' + 10);
        return wrong(name), 0;
    }

    const Json& json_;
    const char* wrong_ = nullptr;
};

constexpr std::uint64_t mostNanoseconds = std::uint64_t{1} << 56; ///< two years: sums stay in range
constexpr std::uint64_t mostTransports = std::uint64_t{1} << 32;

UsbDevice deviceOf(Fields& fields) {
    UsbDevice device;
    device.port = fields.port();
    device.vendor = static_cast<std::uint16_t>(fields.number("vendor", 0xFFFF));
    device.product = static_cast<std::uint16_t>(fields.number("product", 0xFFFF));
    device.serial = fields.text("serial");
    device.productName = fields.text("name");
    return device;
}

Error errorOf(Fields& fields) {
    Error error{ErrorKind::Internal, fields.text("code"), fields.text("message")};
    const auto kind = fields.text("kind");
    for (int i = 0; i <= static_cast<int>(ErrorKind::Internal); ++i)
        if (kindText(static_cast<ErrorKind>(i)) == kind) {
            error.kind = static_cast<ErrorKind>(i);
            return error;
        }
    fields.wrong("kind");
    return error;
}

void readRequest(UsbRecord& record, Fields& fields) {
    if (hasTransport(record.call)) record.transport = fields.number("transport", mostTransports);
    if (hasPort(record.call)) record.port = fields.port();
    if (hasInterface(record.call)) {
        const auto it = fields.numbers("interface", {0xFF, 0xFF, 0xFF});
        record.match = {static_cast<std::uint8_t>(it[0]), static_cast<std::uint8_t>(it[1]),
                        static_cast<std::uint8_t>(it[2])};
    }
    if (hasSetup(record.call)) {
        const auto it = fields.numbers("setup", {0xFF, 0xFF, 0xFFFF, 0xFFFF});
        record.request = {static_cast<std::uint8_t>(it[0]), static_cast<std::uint8_t>(it[1]),
                          static_cast<std::uint16_t>(it[2]), static_cast<std::uint16_t>(it[3])};
    }
    if (record.call == UsbCall::ClearHalt) {
        const auto pipe = fields.text("pipe");
        if (pipe != "in" && pipe != "out") fields.wrong("pipe");
        record.pipe = pipe == "out" ? UsbPipe::BulkOut : UsbPipe::BulkIn;
    }
    if (hasRoom(record.call)) record.room = fields.number("room", usbRecordingLimit);
    if (hasSent(record.call)) record.sent = fields.bytes("sent");
}

void readEnd(UsbRecord& record, Fields& fields) {
    record.began = std::chrono::nanoseconds(fields.number("began", mostNanoseconds));
    record.ended = std::chrono::nanoseconds(fields.number("ended", mostNanoseconds));
    if (fields.has("error")) {
        fields.within("error", [&](Fields& inner) { record.error = errorOf(inner); });
        return;
    }
    if (record.call == UsbCall::Devices)
        fields.each("devices", [&](Fields& inner) { record.devices.push_back(deviceOf(inner)); });
    if (hasRoom(record.call)) record.got = fields.bytes("got");
    if (record.got.size() > record.room) fields.wrong("got");
    if (record.call == UsbCall::Control)
        record.moved = fields.number("moved", std::max(record.room, record.sent.size()));
}

/// The record of a line, or what is wrong with it.
tl::expected<UsbRecord, std::string> recordOf(std::string_view line) {
    if (line.size() > usbRecordLimit) return tl::unexpected(std::string("the line is too long"));
    const auto json = Json::parse(line, nullptr, false);
    if (json.is_discarded() || !json.is_object()) return tl::unexpected(std::string("no JSON object"));
    Fields fields(json);
    const auto name = fields.text("call");
    const auto call = std::find(callNames.begin(), callNames.end(), name);
    if (call == callNames.end()) return tl::unexpected(fmt::format("unknown call \"{:.40}\"", name));
    UsbRecord record;
    record.call = static_cast<UsbCall>(call - callNames.begin());
    readRequest(record, fields);
    readEnd(record, fields);
    if (fields.firstWrong() == nullptr) return record;
    return tl::unexpected(fmt::format("{}: \"{}\" is missing or wrong", name, fields.firstWrong()));
}

bool isHead(std::string_view line) {
    const auto json = line.size() > usbRecordLimit ? Json() : Json::parse(line, nullptr, false);
    Fields fields(json);
    return fields.text("format") == format && fields.number("version", version) == version &&
           fields.firstWrong() == nullptr;
}

Failure wrongAt(const std::string& name, std::size_t line, std::string_view what) {
    return failure(ErrorKind::InvalidInput, "USB_RECORDING", fmt::format("{}:{}: {}", name, line, what));
}

} // namespace

bool sameRequest(const UsbRecord& a, const UsbRecord& b) {
    return requestJson(a) == requestJson(b);
}

std::string requestText(const UsbRecord& record) {
    const auto& setup = record.request;
    const auto on = fmt::format(" on transport {}", record.transport);
    switch (record.call) {
    case UsbCall::Devices:
        return "listing devices";
    case UsbCall::Open:
        return "opening the board at " + record.port.text();
    case UsbCall::Restart:
        return "restarting the board at " + record.port.text();
    case UsbCall::Wait:
        return "waiting for the board at " + record.port.text();
    case UsbCall::Send:
        return fmt::format("sending {} bytes{}", record.sent.size(), on);
    case UsbCall::Receive:
        return fmt::format("receiving up to {} bytes{}", record.room, on);
    case UsbCall::Control:
        return fmt::format("control request {:02x} {:02x} value {:04x} index {:04x} of {} bytes{}",
                           setup.requestType, setup.request, setup.value, setup.index,
                           std::max(record.room, record.sent.size()), on);
    case UsbCall::ClearHalt:
        return fmt::format("clearing the halt of bulk {}{}", record.pipe == UsbPipe::BulkIn ? "IN" : "OUT",
                           on);
    }
    return {};
}

std::string usbRecordingHead() {
    return lineOf({{"format", format}, {"version", version}, {"started_at", utcTimestamp()}});
}

std::string usbRecordLine(const UsbRecord& record) {
    auto json = requestJson(record);
    json["began"] = record.began.count();
    json["ended"] = record.ended.count();
    if (record.error) {
        json["error"] = jsonOf(*record.error);
        return lineOf(json);
    }
    if (record.call == UsbCall::Devices) json["devices"] = jsonOf(record.devices);
    if (hasRoom(record.call)) json["got"] = hexOf(record.got);
    if (record.call == UsbCall::Control) json["moved"] = record.moved;
    return lineOf(json);
}

Result<std::vector<UsbRecord>> parseUsbRecording(std::string_view text, const std::string& name) {
    std::vector<UsbRecord> records;
    for (std::size_t number = 1;; ++number) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) {
            if (number == 1) return wrongAt(name, 1, "this is no USB recording");
            return records;
        }
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (number == 1) {
            if (!isHead(line)) return wrongAt(name, 1, "this is no USB recording of version 1");
            continue;
        }
        auto record = recordOf(line);
        if (!record) return wrongAt(name, number, record.error());
        record->line = number;
        records.push_back(std::move(*record));
    }
}

Result<std::vector<UsbRecord>> readUsbRecording(const std::filesystem::path& file) {
    const auto text = readTextFile(file, usbRecordingLimit);
    if (!text) return passOn(text);
    return parseUsbRecording(*text, file.string());
}

} // namespace framegate
