// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/station_model.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <string>
#include <utility>

namespace framegate {

/// Events of a lot as an engine would send them, applied to a model one by one.
class LotScript {
public:
    explicit LotScript(StationModel& model, StationModel::TimePoint begin = {})
        : model_(model), now_(begin) {}

    LotScript& send(const RunEvent& event) {
        model_.apply(event, now_);
        return *this;
    }
    LotScript& wait(std::chrono::seconds time) {
        now_ += time;
        return *this;
    }
    LotScript& lot(unsigned units) { return send(LotStarted{"LOT-1", "virtual", "ov2640 1.0", units, 4}); }
    LotScript& insert(int slot, std::string serial, int run = 1) {
        return send(RunStarted{slot, std::move(serial), run, 10});
    }
    LotScript& step(int slot, unsigned index, std::string name = "capture",
                    std::optional<Resolution> size = Resolution{1600, 1200}) {
        return send(StepStarted{slot, std::move(name), size, index});
    }
    LotScript& finish(int slot, std::string serial, Outcome outcome, std::string code = {},
                      std::string detail = {}, int run = 1, bool marginal = false) {
        TestRecord record;
        record.serial = std::move(serial);
        record.run = run;
        record.slot = slot;
        record.outcome = outcome;
        record.marginal = marginal;
        record.failureCode = std::move(code);
        record.failureDetail = std::move(detail);
        record.duration = std::chrono::milliseconds(12'400);
        return send(RunFinished{std::make_shared<const TestRecord>(std::move(record))});
    }
    LotScript& picture(int slot, PictureBytes bytes, bool valid = true) {
        return send(PictureTaken{slot, "", {1600, 1200}, std::move(bytes), valid});
    }
    StationModel::TimePoint now() const { return now_; }

private:
    StationModel& model_;
    StationModel::TimePoint now_;
};

inline LotFacts factsFor(int slots, unsigned units = 20) {
    LotFacts facts{"ov2640 1.0", "LOT-1", "virtual", "OP-7", units, {}};
    for (int number = 1; number <= slots; ++number)
        facts.slotNumbers.push_back(number);
    return facts;
}

/// A JPEG of a simple chart.
inline PictureBytes chartJpeg(int width = 640, int height = 480) {
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(QColor(150, 150, 146));
    QPainter painter(&image);
    painter.translate(width / 2.0, height / 2.0);
    painter.rotate(5);
    for (int x = -1; x <= 1; ++x)
        for (int y = -1; y <= 1; ++y)
            painter.fillRect(QRectF(x * width * 0.3 - width * 0.07, y * height * 0.3 - width * 0.07,
                                    width * 0.14, width * 0.14),
                             x == 0 && y == 0 ? QColor(200, 60, 50) : QColor(30, 30, 34));
    painter.end();
    QByteArray raw;
    QBuffer buffer(&raw);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "JPEG", 85);
    const auto* first = reinterpret_cast<const std::byte*>(raw.constData());
    return std::make_shared<const std::vector<std::byte>>(first, first + raw.size());
}

} // namespace framegate
