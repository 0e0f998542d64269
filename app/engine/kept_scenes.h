// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/work_pool.h"
#include "reports/picture_artist.h"

#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <vector>

namespace framegate {

/// Keeps the pictures that a unit was judged by: as they came, at once, and with what was found drawn over
/// them by the pool. Nothing of it touches a verdict: what goes wrong is told, and that is all. Thread-bound
/// to a slot's thread; notices come from the pool's threads, too.
class KeptScenes {
public:
    using Notice = std::function<void(std::string message)>;

    /// \a artist: null draws nothing.
    KeptScenes(PictureArtist* artist, WorkPool& pool, Notice notice);
    ~KeptScenes() { finish(); }
    KeptScenes(const KeptScenes&) = delete;
    KeptScenes& operator=(const KeptScenes&) = delete;

    /// Writes PREFIX-SCENE.jpg and, later, PREFIX-DRAWING.png. Waits for the drawings of the unit before.
    void keep(const std::filesystem::path& prefix, std::vector<JudgedPicture> scenes);
    /// Waits for every drawing.
    void finish();

private:
    void write(const std::filesystem::path& file, const std::vector<std::byte>& bytes) const;
    void draw(const std::filesystem::path& prefix, const JudgedPicture& scene) const;

    PictureArtist* artist_;
    WorkPool& pool_;
    Notice notice_;
    std::vector<std::future<void>> underWay_;
};

} // namespace framegate
