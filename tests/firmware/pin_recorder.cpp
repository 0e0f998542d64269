// SPDX-License-Identifier: GPL-3.0-or-later
#include "pin_recorder.h"

#include <cstdio>
#include <sstream>

namespace framegate::test {
namespace {

constexpr std::size_t writtenOut = 16; ///< bytes of an SPI transaction

std::string hex(std::uint32_t value, int digits) {
    char text[9];
    std::snprintf(text, sizeof text, "%0*x", digits, static_cast<unsigned>(value));
    return text;
}

} // namespace

void PinRecorder::chipSelect(bool selected, sim::TimeNs now) {
    module_->chipSelect(selected, now);
    if (selected) {
        spi_ = {"spi", now, now, 0};
        spiBytes_ = 0;
        sent_ = {};
        got_ = {};
        return;
    }
    if (spi_.text.empty()) return; // let go of at power-up
    if (spiBytes_ > writtenOut)
        spi_.text = spi_.text.substr(0, 9) + " " + std::to_string(spiBytes_) + ": " + hex(sent_.value(), 8) +
                    " " + hex(got_.value(), 8);
    spi_.end = now;
    done_->push_back(std::exchange(spi_, {}));
}

std::uint8_t PinRecorder::spiExchange(std::uint8_t mosi, sim::TimeNs now, std::uint32_t clockHz) {
    const auto miso = module_->spiExchange(mosi, now, clockHz);
    spi_.sckHz = clockHz;
    if (spiBytes_++ < writtenOut) spi_.text += " " + hex(mosi, 2) + ">" + hex(miso, 2);
    sent_.add(mosi);
    got_.add(miso);
    return miso;
}

void PinRecorder::i2cBegin(sim::TimeNs now) {
    began_ = true;
    if (i2c_.text.empty()) {
        i2c_ = {"i2c", now, now, 0};
        return;
    }
    i2c_.text += " S";
}

bool PinRecorder::i2cStart(std::uint8_t addressByte, sim::TimeNs now) {
    if (!std::exchange(began_, false)) {
        i2cBegin(now);
        began_ = false;
    }
    const bool acknowledged = module_->i2cStart(addressByte, now);
    i2c_.text += " " + hex(addressByte, 2) + (acknowledged ? "+" : "-");
    return acknowledged;
}

bool PinRecorder::i2cWrite(std::uint8_t byte, sim::TimeNs now) {
    const bool acknowledged = module_->i2cWrite(byte, now);
    i2c_.text += " " + hex(byte, 2) + (acknowledged ? "+" : "-");
    return acknowledged;
}

std::uint8_t PinRecorder::i2cRead(sim::TimeNs now) {
    const auto byte = module_->i2cRead(now);
    i2c_.text += " =" + hex(byte, 2);
    return byte;
}

void PinRecorder::i2cStop(sim::TimeNs now) {
    module_->i2cStop(now);
    i2c_.end = now;
    done_->push_back(std::exchange(i2c_, {}));
}

std::string PinRecorder::lines() const {
    std::ostringstream out;
    for (const auto& done : *done_)
        out << done.begin << ' ' << done.end << ' ' << done.sckHz << ' ' << done.text << '\n';
    return out.str();
}

std::vector<PinTransaction> PinRecorder::parse(const std::string& lines) {
    std::vector<PinTransaction> all;
    std::istringstream in(lines);
    PinTransaction one;
    while (in >> one.begin >> one.end >> one.sckHz && std::getline(in >> std::ws, one.text))
        all.push_back(one);
    return all;
}

} // namespace framegate::test
