// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/thumbnail_decoder.h"

#include <QBuffer>
#include <QImageReader>
#include <utility>

namespace framegate {

QImage decodeThumbnail(const std::vector<std::byte>& bytes, int longestSide) {
    auto raw = QByteArray::fromRawData(reinterpret_cast<const char*>(bytes.data()),
                                       static_cast<qsizetype>(bytes.size()));
    QBuffer buffer(&raw);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer, "jpeg");
    const QSize size = reader.size();
    // A size set beforehand lets the reader leave out detail while it decodes, which is much faster.
    if (size.width() > longestSide || size.height() > longestSide)
        reader.setScaledSize(size.scaled(longestSide, longestSide, Qt::KeepAspectRatio));
    return reader.read();
}

ThumbnailDecoder::ThumbnailDecoder() : thread_([this](std::stop_token stop) { work(std::move(stop)); }) {}

ThumbnailDecoder::~ThumbnailDecoder() = default;

void ThumbnailDecoder::request(int slot, std::uint64_t ticket, PictureBytes bytes) {
    const std::lock_guard lock(mutex_);
    waiting_[slot] = {ticket, std::move(bytes)};
    wake_.notify_one();
}

std::vector<ThumbnailDecoder::Thumbnail> ThumbnailDecoder::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(done_, {});
}

bool ThumbnailDecoder::isIdle() const {
    const std::lock_guard lock(mutex_);
    return waiting_.empty() && !busy_ && done_.empty();
}

void ThumbnailDecoder::work(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
        auto next = waiting_.extract(waiting_.begin());
        busy_ = true;
        lock.unlock();
        Thumbnail thumbnail{next.key(), next.mapped().ticket, {}};
        if (next.mapped().bytes) thumbnail.image = decodeThumbnail(*next.mapped().bytes, longestSide);
        lock.lock();
        done_.push_back(std::move(thumbnail));
        busy_ = false;
        if (stop.stop_requested()) return;
    }
}

} // namespace framegate
