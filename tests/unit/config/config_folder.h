// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <string_view>

namespace framegate::config {

/// The folder of shipped files.
inline std::filesystem::path shippedFolder() {
    return std::filesystem::path(FRAMEGATE_SOURCE_DIR) / "fixtures";
}

/// The whole of a shipped file.
inline std::string shippedText(const std::filesystem::path& name) {
    std::ifstream file(shippedFolder() / name, std::ios::binary);
    EXPECT_TRUE(file) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

/// \a text with its only occurrence of \a from replaced: a test cannot quietly change nothing.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    EXPECT_EQ(text.find(from, at + 1), std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// The error's message; also checks that its kind and code are those of a wrong file.
template <class T>
std::string configError(const Result<T>& result) {
    if (result) return "no error";
    EXPECT_EQ(result.error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(result.error().code, "CONFIG");
    return result.error().message;
}

/// A folder that is gone after the test.
class ConfigFolder {
public:
    ConfigFolder() {
        std::random_device random;
        path_ = std::filesystem::temp_directory_path() /
                ("framegate-config-" + std::to_string(random()) + "-" + std::to_string(random()));
        std::filesystem::create_directories(path_);
    }
    ConfigFolder(const ConfigFolder&) = delete;
    ConfigFolder& operator=(const ConfigFolder&) = delete;
    ~ConfigFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path write(const std::filesystem::path& name, std::string_view text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream file(path_ / name, std::ios::binary);
        file << text;
        return path_ / name;
    }
    /// \a message without this folder's path.
    std::string relative(std::string message) const {
        const auto prefix = path_.string() + "/";
        for (auto at = message.find(prefix); at != std::string::npos; at = message.find(prefix))
            message.erase(at, prefix.size());
        return message;
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace framegate::config
