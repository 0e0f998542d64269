// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/camera_module.h"
#include "sim/jpeg_engine.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace framegate::sim {

/// A plain grey picture with a gradient.
class GradientScene : public Scene {
public:
    explicit GradientScene(double brightness = 1) : brightness_(brightness) {}
    double brightness() const override { return brightness_; }
    SceneImage look(std::uint16_t width, std::uint16_t height, std::uint64_t,
                    const Development& development) override {
        SceneImage image{width, height, std::vector<std::uint8_t>(std::size_t{width} * height * 3)};
        for (std::size_t i = 0; i < image.rgb.size(); ++i)
            image.rgb[i] = static_cast<std::uint8_t>(60 + (i / 3 % width) * 120 / width);
        expose(image, development.light);
        return image;
    }

private:
    double brightness_;
};

/// One register write in a script of the tests.
using Write = std::pair<std::uint8_t, std::uint8_t>;

/// The fewest writes that give a JPEG of this size: half the array's readout up to 352 pixels of width, and
/// above that the full one at half the clock.
inline std::vector<Write> writesFor(unsigned width, unsigned height) {
    const bool half = width <= 352;
    const auto low = [](unsigned value) { return static_cast<std::uint8_t>(value); };
    const auto zmhh = static_cast<std::uint8_t>((width / 4 >> 8 & 3) | (height / 4 >> 8 & 1) << 2);
    return {{0xFF, 0x01},
            {0x11, low(half ? 0 : 1)},
            {0x12, low(half ? 0x40 : 0)},
            {0xFF, 0x00},
            {0xE0, 0x04},
            {0xC0, low(half ? 0x64 : 0xC8)},
            {0xC1, low(half ? 0x4B : 0x96)},
            {0x8C, 0x00},
            {0x51, low(half ? 0xC8 : 0x90)},
            {0x52, low(half ? 0x96 : 0x2C)},
            {0x55, low(half ? 0 : 0x88)},
            {0x57, 0x00},
            {0x50, 0x00},
            {0x5A, low(width / 4)},
            {0x5B, low(height / 4)},
            {0x5C, zmhh},
            {0xDA, 0x10},
            {0x05, 0x00},
            {0xE0, 0x00}};
}

/// Drives a module's pins as a plain driver does: 100 kHz I2C, 8 MHz SPI, a pause after each write.
class ModuleDriver {
public:
    explicit ModuleDriver(Faults faults = {}, std::uint64_t seed = 1, ModuleKind moduleKind = {},
                          double brightness = 1)
        : module(faults, std::make_unique<GradientScene>(brightness), seed, moduleKind), kind(moduleKind) {
        module.power(true, 0);
        wait(10'000);
    }

    void wait(std::uint32_t us) { now += TimeNs{us} * 1000; }

    /// Whether every byte was acknowledged.
    bool writeSensor(std::uint16_t address, std::uint8_t value) {
        auto bytes = addressBytes(address);
        bytes.push_back(value);
        return sendToSensor(bytes);
    }
    std::uint8_t readSensor(std::uint16_t address) {
        const auto pause = std::exchange(pauseUs, 0);
        sendToSensor(addressBytes(address));
        pauseUs = pause;
        wait(90);
        module.i2cStart(static_cast<std::uint8_t>(busAddress() | 1), now);
        return module.i2cRead(now);
    }
    void writeChip(std::uint8_t address, std::uint8_t value) { exchange(address | 0x80, value); }
    std::uint8_t readChip(std::uint8_t address) { return exchange(address, 0); }

    std::uint32_t length() {
        return readChip(0x42) | std::uint32_t{readChip(0x43)} << 8 | std::uint32_t{readChip(0x44)} << 16;
    }
    void startCapture() {
        writeChip(0x04, 0x01);
        writeChip(0x04, 0x02);
    }
    bool done() { return (readChip(0x41) & 0x08) != 0; }
    /// Starts a capture and waits for done; returns whether it came within \a limitMs.
    bool capture(unsigned limitMs = 2000) {
        startCapture();
        for (unsigned ms = 0; ms < limitMs; ++ms) {
            if (done()) return true;
            wait(1000);
        }
        return false;
    }
    std::vector<std::uint8_t> readFifo() {
        std::vector<std::uint8_t> bytes(length());
        module.chipSelect(true, now);
        clockByte(0x3C);
        for (auto& byte : bytes)
            byte = clockByte(0);
        module.chipSelect(false, now);
        return bytes;
    }
    /// A capture's bytes; none where it does not end.
    std::vector<std::uint8_t> picture() {
        if (!capture()) return {};
        return readFifo();
    }
    /// Sets a size by the tests' own figures, without waiting for it to settle.
    void setSize(unsigned width, unsigned height) {
        for (const auto& [address, value] : writesFor(width, height))
            writeSensor(address, value);
    }
    /// Start-up, one size, and the settling it takes.
    void start(unsigned width, unsigned height) {
        writeChip(0x03, 0x02);
        writeSensor(0xFF, 0x01);
        writeSensor(0x12, 0x80);
        wait(200'000);
        setSize(width, height);
        wait(settleUs);
    }
    /// Writes a table of the shared register figures, if it is there.
    bool writeTable(const std::string& name) {
        std::ifstream file(std::filesystem::path(FRAMEGATE_SHARED_DIR) / "sensors" / (name + ".csv"));
        std::string line;
        if (!std::getline(file, line)) return false;
        while (std::getline(file, line)) {
            const auto comma = line.find(',');
            writeSensor(static_cast<std::uint16_t>(std::stoul(line.substr(0, comma), nullptr, 16)),
                        static_cast<std::uint8_t>(std::stoul(line.substr(comma + 1, 4), nullptr, 16)));
        }
        return true;
    }
    /// As start(), by the vendor's figures. Returns false where they are absent.
    bool startByFigures(const std::string& size) {
        writeChip(0x03, 0x02);
        writeSensor(0xFF, 0x01);
        writeSensor(0x12, 0x80);
        wait(200'000);
        for (const auto* table : {"ov2640_jpeg_init", "ov2640_yuv422", "ov2640_jpeg"})
            if (!writeTable(table)) return false;
        writeSensor(0xFF, 0x01);
        writeSensor(0x15, 0x00);
        const bool known = writeTable("ov2640_" + size);
        wait(settleUs);
        return known;
    }

    static constexpr std::uint32_t settleUs = 400'000;
    CameraModule module;
    const ModuleKind kind;
    TimeNs now = 0;
    std::uint32_t pauseUs = 1000;

private:
    bool wide() const { return kind.sensor == SensorKind::Ov5642; }
    std::uint8_t busAddress() const { return wide() ? 0x78 : 0x60; }
    std::vector<std::uint8_t> addressBytes(std::uint16_t address) const {
        std::vector<std::uint8_t> bytes;
        if (wide()) bytes.push_back(static_cast<std::uint8_t>(address >> 8));
        bytes.push_back(static_cast<std::uint8_t>(address));
        return bytes;
    }
    bool sendToSensor(const std::vector<std::uint8_t>& bytes) {
        wait(90);
        bool acknowledged = module.i2cStart(busAddress(), now);
        for (const auto byte : bytes) {
            wait(90);
            acknowledged = acknowledged && module.i2cWrite(byte, now);
        }
        module.i2cStop(now);
        wait(pauseUs);
        return acknowledged;
    }
    std::uint8_t clockByte(std::uint8_t out) {
        now += 1000;
        return module.spiExchange(out, now, 8'000'000);
    }
    std::uint8_t exchange(std::uint8_t address, std::uint8_t value) {
        module.chipSelect(true, now);
        clockByte(address);
        const auto got = clockByte(value);
        module.chipSelect(false, now);
        return got;
    }
};

struct Size {
    unsigned width = 0;
    unsigned height = 0;
    bool operator==(const Size&) const = default;
};

inline void PrintTo(const Size& size, std::ostream* out) {
    *out << size.width << 'x' << size.height;
}

inline Size sizeIn(const std::vector<std::uint8_t>& jpeg) {
    // SOF0 stands where the layout of encodeOv2640 puts it: 33 bytes before the scan.
    const std::size_t at = ov2640ScanOffset - 33 + 5;
    if (jpeg.size() < at + 4) return {};
    return {unsigned(jpeg[at + 2] << 8 | jpeg[at + 3]), unsigned(jpeg[at] << 8 | jpeg[at + 1])};
}

/// Whether \a bytes begin with SOI.
inline bool beginsAsJpeg(const std::vector<std::uint8_t>& bytes) {
    return bytes.size() > 2 && bytes[0] == 0xFF && bytes[1] == 0xD8;
}

/// Where EOI stands: one that no stuffed byte can be, from the end. None where there is none.
inline std::size_t eoiOf(const std::vector<std::uint8_t>& bytes) {
    for (std::size_t at = bytes.size(); at-- > 1;)
        if (bytes[at - 1] == 0xFF && bytes[at] == 0xD9) return at - 1;
    return bytes.size();
}

} // namespace framegate::sim
