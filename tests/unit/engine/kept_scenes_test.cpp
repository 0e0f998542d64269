// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/kept_scenes.h"

#include "support/temp_folder.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <mutex>
#include <stdexcept>

namespace framegate {
namespace {

using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Draws nothing but its answer.
class FakeArtist : public PictureArtist {
public:
    std::function<Result<std::vector<Drawing>>(const JudgedPicture&)> answer = [](const JudgedPicture&
                                                                                      picture) {
        return std::vector<Drawing>{{std::string(sceneText(picture.scene)) + "-annotated", {std::byte{'p'}}}};
    };
    Result<std::vector<Drawing>> draw(const JudgedPicture& picture) override { return answer(picture); }
};

struct Keeping {
    TempFolder folder;
    FakeArtist artist;
    WorkPool pool{2};
    std::mutex mutex;
    std::vector<std::string> notices;
    KeptScenes scenes{&artist, pool, [this](std::string message) {
                          const std::lock_guard lock(mutex);
                          notices.push_back(std::move(message));
                      }};

    void keep(std::initializer_list<Scene> seen) {
        std::vector<JudgedPicture> pictures;
        for (const auto scene : seen)
            pictures.push_back(
                {scene, {640, 480}, std::make_shared<std::vector<std::byte>>(3, std::byte{'j'}), {}, {}});
        scenes.keep(folder / "FG-000001-run1", std::move(pictures));
        scenes.finish();
    }
};

TEST(KeptScenes, EachScene_IsKeptAsItCameAndDrawn) {
    Keeping keeping;
    keeping.keep({Scene::Chart, Scene::Dark});
    EXPECT_EQ(keeping.folder.read("FG-000001-run1-chart.jpg"), "jjj");
    EXPECT_EQ(keeping.folder.read("FG-000001-run1-chart-annotated.png"), "p");
    EXPECT_EQ(keeping.folder.read("FG-000001-run1-dark-annotated.png"), "p");
    EXPECT_EQ(keeping.folder.count(), 4U);
    EXPECT_THAT(keeping.notices, IsEmpty());
}

TEST(KeptScenes, DrawingThatFails_IsToldAndThePictureStays) {
    Keeping keeping;
    keeping.artist.answer = [](const JudgedPicture&) -> Result<std::vector<Drawing>> {
        return failure(ErrorKind::Io, "PICTURE_DRAWING", "no ink");
    };
    keeping.keep({Scene::Chart});
    EXPECT_EQ(keeping.folder.read("FG-000001-run1-chart.jpg"), "jjj");
    EXPECT_THAT(keeping.notices, ElementsAre(HasSubstr("FG-000001-run1: chart: no ink")));
}

TEST(KeptScenes, DrawingThatThrows_IsTold) {
    Keeping keeping;
    keeping.artist.answer = [](const JudgedPicture&) -> Result<std::vector<Drawing>> {
        throw std::runtime_error("out of paper");
    };
    keeping.keep({Scene::Chart});
    EXPECT_THAT(keeping.notices, ElementsAre(HasSubstr("out of paper")));
}

TEST(KeptScenes, FolderThatIsGone_IsTold) {
    Keeping keeping;
    std::filesystem::remove_all(keeping.folder.path());
    std::ofstream(keeping.folder.path()) << "a file in its place";
    keeping.keep({Scene::Chart});
    EXPECT_EQ(keeping.notices.size(), 2U) << "the picture and its drawing";
}

} // namespace
} // namespace framegate
