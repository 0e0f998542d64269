// SPDX-License-Identifier: MIT
//
// How a message becomes bytes and back. Little endian, explicit, no struct casts, no heap. Everything
// derives from a message's one `fields()` tuple.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace framegate::wire {

/// A view of bytes inside a message: a u16 length on the wire, then the bytes. Points into the buffer the
/// message was decoded from.
struct Bytes {
    std::span<const std::uint8_t> view;
};
/// A view of UTF-8 text: a u8 length on the wire, then the characters.
struct Text {
    std::string_view view;
};

/// One field of a message: its name, where it is, and what it means (unit included).
template <class Message, class Value>
struct Field {
    using ValueType = Value;
    std::string_view name;
    Value Message::*member;
    std::string_view meaning;
};

// clang before 17 does not deduce aggregates by itself.
template <class Message, class Value>
Field(std::string_view, Value Message::*, std::string_view) -> Field<Message, Value>;

/// Writes values into a fixed buffer; once it does not fit, `ok()` stays false and nothing more is written.
class Writer {
public:
    constexpr explicit Writer(std::span<std::uint8_t> buffer) : buffer_(buffer) {}
    constexpr bool ok() const { return ok_; }
    constexpr std::size_t size() const { return used_; }

    constexpr void raw(std::span<const std::uint8_t> bytes) {
        if (!claim(bytes.size())) return;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            buffer_[used_ + i] = bytes[i];
        used_ += bytes.size();
    }
    template <class T>
    constexpr void value(const T& v) {
        if constexpr (std::is_same_v<T, Bytes>) {
            value(static_cast<std::uint16_t>(v.view.size()));
            ok_ = ok_ && v.view.size() <= 0xFFFF;
            raw(v.view);
        } else if constexpr (std::is_same_v<T, Text>) {
            value(static_cast<std::uint8_t>(v.view.size()));
            ok_ = ok_ && v.view.size() <= 0xFF;
            for (const char c : v.view)
                value(static_cast<std::uint8_t>(c));
        } else if constexpr (std::is_same_v<T, bool>) {
            value(static_cast<std::uint8_t>(v ? 1 : 0));
        } else if constexpr (std::is_enum_v<T>) {
            value(static_cast<std::underlying_type_t<T>>(v));
        } else if constexpr (std::is_unsigned_v<T>) {
            if (!claim(sizeof(T))) return;
            for (std::size_t i = 0; i < sizeof(T); ++i)
                buffer_[used_ + i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(v) >> (8 * i));
            used_ += sizeof(T);
        } else {
            raw(v); // std::array of bytes
        }
    }

private:
    constexpr bool claim(std::size_t count) {
        ok_ = ok_ && count <= buffer_.size() - used_;
        return ok_;
    }
    std::span<std::uint8_t> buffer_;
    std::size_t used_ = 0;
    bool ok_ = true;
};

/// Reads values from bytes; after the end, or on a value that cannot be, `ok()` stays false.
class Reader {
public:
    constexpr explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
    constexpr bool ok() const { return ok_; }
    constexpr std::size_t left() const { return rest_.size(); }

    constexpr std::span<const std::uint8_t> raw(std::size_t count) {
        ok_ = ok_ && count <= rest_.size();
        if (!ok_) return {};
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    template <class T>
    constexpr T value() {
        T v{};
        if constexpr (std::is_same_v<T, Bytes>) {
            const auto size = value<std::uint16_t>();
            v.view = raw(size);
        } else if constexpr (std::is_same_v<T, Text>) {
            const auto size = value<std::uint8_t>();
            const auto bytes = raw(size);
            v.view = std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        } else if constexpr (std::is_same_v<T, bool>) {
            const auto byte = value<std::uint8_t>();
            ok_ = ok_ && byte <= 1;
            v = byte == 1;
        } else if constexpr (std::is_enum_v<T>) {
            v = static_cast<T>(value<std::underlying_type_t<T>>());
        } else if constexpr (std::is_unsigned_v<T>) {
            std::uint64_t sum = 0;
            const auto bytes = raw(sizeof(T));
            for (std::size_t i = 0; i < bytes.size(); ++i)
                sum |= std::uint64_t{bytes[i]} << (8 * i);
            v = static_cast<T>(sum);
        } else {
            const auto bytes = raw(v.size());
            for (std::size_t i = 0; i < bytes.size(); ++i)
                v[i] = bytes[i];
        }
        return v;
    }

private:
    std::span<const std::uint8_t> rest_;
    bool ok_ = true;
};

/// Writes every field of \a message in order.
template <class Message>
constexpr void write(Writer& writer, const Message& message) {
    std::apply([&](const auto&... field) { (writer.value(message.*(field.member)), ...); },
               Message::fields());
}

/// The message whose payload \a payload is; none unless it is exactly one message, nothing more or less.
template <class Message>
constexpr std::optional<Message> decode(std::span<const std::uint8_t> payload) {
    Reader reader(payload);
    Message message;
    std::apply(
        [&](const auto&... field) {
            ((message.*(field.member) =
                  reader.template value<typename std::remove_cvref_t<decltype(field)>::ValueType>()),
             ...);
        },
        Message::fields());
    if (!reader.ok() || reader.left() != 0) return std::nullopt;
    return message;
}

} // namespace framegate::wire
