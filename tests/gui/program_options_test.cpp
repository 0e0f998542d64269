// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/program_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

Result<ProgramOptions> take(std::vector<std::string>& words) {
    std::vector<char*> arguments;
    for (auto& word : words)
        arguments.push_back(word.data());
    auto options = takeProgramOptions(arguments);
    words.assign(arguments.begin(), arguments.end());
    return options;
}

TEST(ProgramOptions, WindowsOptions_AreTakenAndTheRestIsLeft) {
    std::vector<std::string> words = {"p", "--plan",       "x.toml", "--exit-when-done", "--slots",
                                      "4", "--screenshot", "a.png",  "--no-confirm"};
    const auto options = take(words);
    ASSERT_TRUE(options);
    EXPECT_TRUE(options->exitWhenDone);
    EXPECT_TRUE(options->noConfirm);
    EXPECT_EQ(options->screenshot, "a.png");
    EXPECT_THAT(words, testing::ElementsAre("p", "--plan", "x.toml", "--slots", "4"));
}

TEST(ProgramOptions, ScreenshotWithEqualsSign_NamesTheFile) {
    std::vector<std::string> words = {"p", "--screenshot=a.png"};
    EXPECT_EQ(take(words)->screenshot, "a.png");
}

TEST(ProgramOptions, ScreenshotWithoutFile_IsRefused) {
    std::vector<std::string> words = {"p", "--screenshot"};
    const auto options = take(words);
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().code, "COMMAND_LINE");
}

} // namespace
} // namespace framegate
