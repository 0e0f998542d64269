// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/csv_rows.h"

#include "reports/report_writer.h"
#include "support/temp_folder.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using testing::ElementsAre;
using Fields = std::vector<std::string>;

struct Read {
    std::vector<Fields> rows;
    long long wholeEnd = 0;
};

Read readRows(const std::string& text) {
    const test::TempFolder folder;
    CsvRows rows(folder.write("r.csv", text));
    Read read;
    for (Fields fields; rows.next(fields);)
        read.rows.push_back(fields);
    read.wholeEnd = rows.wholeEnd();
    return read;
}

TEST(CsvRows, EitherLineEnd_EndsARow) {
    EXPECT_THAT(readRows("a,b\r\nc,\nd\n").rows, ElementsAre(Fields{"a", "b"}, Fields{"c", ""}, Fields{"d"}));
}

TEST(CsvRows, QuotedFields_ComeBackAsTheyWere) {
    const Fields fields = {"a,b", "say \"no\"", "two\r\nlines", "", "\"", "\"\"", "end\""};
    std::string line;
    for (const auto& field : fields)
        line += csvField(field) + ",";
    EXPECT_THAT(readRows(line + "x\r\n").rows.at(0),
                ElementsAre("a,b", "say \"no\"", "two\r\nlines", "", "\"", "\"\"", "end\"", "x"));
}

TEST(CsvRows, RowWithoutLineEnd_IsNone) {
    const auto read = readRows("a,b\r\nc,d");
    EXPECT_THAT(read.rows, ElementsAre(Fields{"a", "b"}));
    EXPECT_EQ(read.wholeEnd, 5);
}

TEST(CsvRows, RowCutWithinQuotes_IsNone) {
    const auto read = readRows("a\r\n\"line one\r\n");
    EXPECT_THAT(read.rows, ElementsAre(Fields{"a"}));
    EXPECT_EQ(read.wholeEnd, 3);
}

TEST(CsvRows, FileThatIsNotThere_HasNoRows) {
    CsvRows rows("/nonexistent/r.csv");
    Fields fields;
    EXPECT_FALSE(rows.next(fields));
    EXPECT_EQ(rows.wholeEnd(), 0);
}

} // namespace
} // namespace framegate
