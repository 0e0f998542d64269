// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/pictures.h"

#include <QImage>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace framegate {

/// Makes small pictures for the tiles on a thread of its own. Of a slot's requests only the newest waits.
/// What it makes is only looked at: no verdict comes from it. Thread-safe.
class ThumbnailDecoder {
public:
    /// The longest side of a thumbnail, in pixels.
    static constexpr int longestSide = 720;

    struct Thumbnail {
        int slot = 0;
        std::uint64_t ticket = 0;
        QImage image; ///< null if the bytes could not be decoded
    };

    ThumbnailDecoder();
    ~ThumbnailDecoder();
    /// \a bytes: a picture that was judged valid. \a ticket comes back with the thumbnail.
    void request(int slot, std::uint64_t ticket, PictureBytes bytes);
    /// Those finished since the last call.
    std::vector<Thumbnail> take();
    /// Whether nothing waits, is being made, or is to be taken.
    bool isIdle() const;

private:
    struct Request {
        std::uint64_t ticket = 0;
        PictureBytes bytes;
    };

    void work(std::stop_token stop);

    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::map<int, Request> waiting_; ///< by slot
    bool busy_ = false;
    std::vector<Thumbnail> done_;
    std::jthread thread_; // last: joins before the rest goes
};

/// \a bytes decoded and scaled down to at most \a longestSide; null if they cannot be decoded.
QImage decodeThumbnail(const std::vector<std::byte>& bytes, int longestSide);

} // namespace framegate
