// SPDX-License-Identifier: MIT
#include "examples/standalone_capture/uart_sink.h"

#include <hardware/gpio.h>
#include <hardware/uart.h>

#include <algorithm>
#include <array>
#include <cstring>

#ifndef STANDALONE_BAUD
#define STANDALONE_BAUD 921600
#endif

namespace framegate::example {
namespace {

constexpr unsigned transmitGpio = 0;

void put(std::span<const std::uint8_t> bytes) {
    uart_write_blocking(uart0, bytes.data(), bytes.size());
}

void putText(const char* text) {
    put({reinterpret_cast<const std::uint8_t*>(text), std::strlen(text)});
}

template <class Number>
void putNumber(Number value) {
    std::array<std::uint8_t, sizeof(Number)> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(value >> 8 * i);
    put(bytes);
}

} // namespace

void UartSink::open() {
    uart_init(uart0, STANDALONE_BAUD);
    gpio_set_function(transmitGpio, GPIO_FUNC_UART);
}

void UartSink::begin(const driver::Sensor& sensor, const driver::Size& size) {
    bytes_ = 0;
    crc_ = {};
    putText("FGPC");
    putNumber(static_cast<std::uint8_t>(std::strlen(sensor.name)));
    putText(sensor.name);
    putNumber(size.width);
    putNumber(size.height);
}

void UartSink::take(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) return; // a count of 0 ends the picture
    bytes_ += static_cast<std::uint32_t>(bytes.size());
    crc_.add(bytes);
    putNumber(static_cast<std::uint16_t>(bytes.size()));
    put(bytes);
}

void UartSink::end(driver::Fault fault) {
    putNumber(std::uint16_t{0});
    putNumber(static_cast<std::uint8_t>(fault));
    putNumber(bytes_);
    putNumber(crc_.value());
}

void UartSink::endRound(std::uint16_t good, std::uint16_t bad) {
    putText("FGRD");
    putNumber(good);
    putNumber(bad);
}

} // namespace framegate::example
