// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/database_url.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

TEST(DatabaseUrl, AbsolutePath_IsTakenAsItStands) {
    EXPECT_EQ(sqliteFileOf("sqlite:///var/lib/frame gate/r%20.sqlite"), "/var/lib/frame gate/r%20.sqlite");
}

TEST(DatabaseUrl, RelativePath_StartsAtTheCurrentFolder) {
    EXPECT_EQ(sqliteFileOf("sqlite://out/r.sqlite"), std::filesystem::current_path() / "out/r.sqlite");
}

TEST(DatabaseUrl, AnythingElse_IsRefusedWithWhatWasExpected) {
    for (const auto* url :
         {"", "records.sqlite", "sqlite:/x", "sqlite://", "postgresql://u@host/db", "SQLITE:///x"}) {
        const auto file = sqliteFileOf(url);
        ASSERT_FALSE(file) << url;
        EXPECT_EQ(file.error().code, "DB_URL");
        EXPECT_EQ(file.error().kind, ErrorKind::InvalidInput);
        EXPECT_THAT(file.error().message,
                    testing::AllOf(testing::HasSubstr(url), testing::HasSubstr("sqlite:///")));
    }
}

} // namespace
} // namespace framegate
