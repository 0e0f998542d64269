// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/kept_scenes.h"

#include "base/files.h"

#include <exception>
#include <fmt/format.h>
#include <utility>

namespace framegate {
namespace {

std::filesystem::path with(const std::filesystem::path& prefix, const std::string& ending) {
    return prefix.parent_path() / (prefix.filename().string() + "-" + ending);
}

} // namespace

KeptScenes::KeptScenes(PictureArtist* artist, WorkPool& pool, Notice notice)
    : artist_(artist), pool_(pool), notice_(std::move(notice)) {}

void KeptScenes::keep(const std::filesystem::path& prefix, std::vector<JudgedPicture> scenes) {
    finish();
    for (auto& scene : scenes) {
        write(with(prefix, fmt::format("{}.jpg", sceneText(scene.scene))), *scene.bytes);
        if (artist_ == nullptr) continue;
        underWay_.push_back(pool_.submit([this, prefix, scene = std::move(scene)] { draw(prefix, scene); }));
    }
}

void KeptScenes::finish() {
    for (auto& one : underWay_)
        one.wait();
    underWay_.clear();
}

void KeptScenes::write(const std::filesystem::path& file, const std::vector<std::byte>& bytes) const {
    if (auto written = writeFileAtomically(file, bytes); !written) notice_(written.error().message);
}

void KeptScenes::draw(const std::filesystem::path& prefix, const JudgedPicture& scene) const {
    const auto what = fmt::format("{}: {}", prefix.filename().string(), sceneText(scene.scene));
    try {
        const auto drawings = artist_->draw(scene);
        if (!drawings) return notice_(drawings.error().within(what).message);
        for (const auto& drawing : *drawings)
            write(with(prefix, drawing.name + ".png"), drawing.png);
    } catch (const std::exception& thrown) {
        notice_(fmt::format("{}: drawing broke off: {}", what, thrown.what()));
    }
}

} // namespace framegate
