// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace framegate::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Table rootOf(std::string_view text) {
    auto document = Document::parse(text, "x.toml");
    EXPECT_TRUE(document) << document.error().message;
    return document->root();
}

std::string parseError(std::string_view text) {
    const auto document = Document::parse(text, "x.toml");
    if (document) return "no error";
    EXPECT_EQ(document.error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(document.error().code, "CONFIG");
    return document.error().message;
}

template <class T>
std::string messageOf(const Result<T>& result) {
    return result ? "no error" : result.error().message;
}

TEST(Document, SyntaxError_NamesFileLineAndColumn) {
    EXPECT_THAT(parseError("a = 1\nb = = 2\n"), StartsWith("x.toml:2:5: "));
}

TEST(Document, DuplicateKey_NamesTheSecond) {
    EXPECT_THAT(parseError("a = 1\na = 2\n"), StartsWith("x.toml:2:"));
}

TEST(Document, InvalidUtf8_IsRefused) {
    EXPECT_THAT(parseError("a = \"\xff\"\n"), StartsWith("x.toml:1:"));
}

TEST(Document, ByteOrderMarkAndCarriageReturns_AreAccepted) {
    const auto root = rootOf("\xEF\xBB\xBF"
                             "a = 1\r\nb = 2\r\n");
    EXPECT_EQ(root.required("b")->integer(0, 9).value(), 2);
    EXPECT_EQ(root.required("b")->position().text(), "x.toml:2:5");
}

TEST(Document, Sha256_IsOfTheText) {
    EXPECT_EQ(Document::parse("", "x.toml")->sha256(),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Document, MissingFile_SaysWhich) {
    const auto document = Document::read("no/such.toml");
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, "FILE_READ");
    EXPECT_THAT(document.error().message, HasSubstr("no/such.toml"));
}

TEST(Document, MoreThanFourMebibytes_IsRefused) {
    EXPECT_EQ(parseError(std::string((4U << 20U) + 1, '\n')), "x.toml:1:1: expected at most 4194304 bytes");
}

TEST(Document, FourMebibytesOfComment_IsRead) {
    rootOf("#" + std::string((4U << 20U) - 1, 'x'));
}

TEST(Document, DeepArrays_AreRefusedWherePassingTheLimit) {
    EXPECT_EQ(parseError("a = " + std::string(100'000, '[')), "x.toml:1:37: nested more than 32 deep");
}

TEST(Document, DeepDottedKeys_AreRefused) {
    std::string key = "a";
    for (int i = 0; i < 1'000'000; ++i)
        key += ".a";
    EXPECT_EQ(parseError("\n" + key + " = 1"), "x.toml:2:64: nested more than 32 deep");
    EXPECT_EQ(parseError("[" + key + "]"), "x.toml:1:65: nested more than 32 deep");
    EXPECT_EQ(parseError("b = { " + key + " = 1 }"), "x.toml:1:70: nested more than 32 deep");
}

TEST(Document, DeepQuotedKeys_AreRefused) {
    std::string key = "\"a\"";
    for (int i = 0; i < 40; ++i)
        key += " . 'a'";
    EXPECT_THAT(parseError(key + " = 1"), HasSubstr("nested more than 32 deep"));
}

TEST(Document, BracketsAndDotsInStringsAndComments_DoNotNest) {
    const std::string many = std::string(50, '[') + std::string(50, '.');
    rootOf("a = \"" + many + "\\\"" + many + "\"\nb = '" + many + "' # " + many + "\n" + //
           "c = \"\"\"" + many + "\"\n" + many + "\\\"\"\"\"\"\nd = '''" + many + "'\n''" + many + "'''\n");
}

TEST(Document, NestingOfThirtyTwo_IsRead) {
    rootOf("a = " + std::string(32, '[') + std::string(32, ']'));
}

TEST(Value, WrongType_NamesPositionFieldExpectedAndFound) {
    const auto timing = rootOf("\n[timing]\n    spi_hz = \"fast\"\n").required("timing")->table();
    EXPECT_EQ(messageOf(timing->required("spi_hz")->integer(1000, 48'000'000)),
              "x.toml:3:14: timing.spi_hz: expected an integer from 1000 to 48000000, found \"fast\"");
}

TEST(Value, IntegerOutOfRange_IsRefused) {
    const auto value = rootOf("a = 0x100").required("a");
    EXPECT_EQ(value->integer(0, 256).value(), 256);
    EXPECT_EQ(messageOf(value->integer(0, 255)),
              "x.toml:1:5: a: expected an integer from 0 to 255, found 256");
    EXPECT_EQ(messageOf(value->integer(300, std::numeric_limits<std::int64_t>::max())),
              "x.toml:1:5: a: expected an integer of at least 300, found 256");
}

TEST(Value, IntegerGetter_TakesNoFloat) {
    EXPECT_EQ(messageOf(rootOf("a = 1.0").required("a")->integer(0, 9)),
              "x.toml:1:5: a: expected an integer from 0 to 9, found 1");
}

TEST(Value, NumberGetter_TakesIntegersAndRefusesTheRest) {
    const auto root = rootOf("a = 3\nb = nan\nc = true\nd = 2.5\ne = inf\n");
    EXPECT_EQ(root.required("a")->number(0, 9).value(), 3.0);
    EXPECT_EQ(messageOf(root.required("b")->number(0, 9)),
              "x.toml:2:5: b: expected a number from 0 to 9, found nan");
    EXPECT_EQ(messageOf(root.required("c")->number(0, 9)),
              "x.toml:3:5: c: expected a number from 0 to 9, found true");
    EXPECT_EQ(messageOf(root.required("d")->number(0, 2)),
              "x.toml:4:5: d: expected a number from 0 to 2, found 2.5");
    EXPECT_EQ(messageOf(root.required("e")->number(std::numeric_limits<double>::lowest(),
                                                   std::numeric_limits<double>::max())),
              "x.toml:5:5: e: expected a finite number, found inf");
}

TEST(Value, OtherKinds_AreNamedInMessages) {
    const auto root = rootOf("a = [1]\nb = {}\nc = 2020-01-01\nd = 1\n");
    EXPECT_EQ(messageOf(root.required("a")->string()), "x.toml:1:5: a: expected a string, found an array");
    EXPECT_EQ(messageOf(root.required("b")->boolean()),
              "x.toml:2:5: b: expected true or false, found a table");
    EXPECT_EQ(messageOf(root.required("c")->string()),
              "x.toml:3:5: c: expected a string, found a date or time");
    EXPECT_EQ(messageOf(root.required("d")->array()), "x.toml:4:5: d: expected an array, found 1");
    EXPECT_EQ(messageOf(root.required("d")->table()), "x.toml:4:5: d: expected a table, found 1");
}

TEST(Value, LongOrOddStrings_AreShownShortAndEscaped) {
    const auto value = rootOf("a = \"\\n" + std::string(100, 'x') + "\"").required("a");
    EXPECT_EQ(messageOf(value->boolean()),
              "x.toml:1:5: a: expected true or false, found \"\\x0a" + std::string(59, 'x') + "…\"");
}

TEST(Value, ArrayElements_CarryPositionAndCountFromOne) {
    const auto values = rootOf("a = [1,\n  'b']").required("a")->array();
    ASSERT_EQ(values->size(), 2U);
    EXPECT_EQ(messageOf((*values)[1].integer(0, 9)),
              "x.toml:2:3: a[2]: expected an integer from 0 to 9, found \"b\"");
}

TEST(Value, Refused_PutsPlaceAndFieldInFront) {
    EXPECT_EQ(rootOf("a = 1").required("a")->refused("will not do").value().message,
              "x.toml:1:5: a: will not do");
}

TEST(Value, OutlivesItsDocument) {
    std::optional<Value> value;
    {
        auto document = Document::parse("a = 'still here'", "x.toml");
        value = *document->root().required("a");
    }
    EXPECT_EQ(value->string().value(), "still here");
}

TEST(Table, MissingKey_NamesTableAndKey) {
    const auto root = rootOf("\n[timing]\n");
    EXPECT_EQ(messageOf(root.required("name")), "x.toml:1:1: name: missing");
    EXPECT_EQ(messageOf(root.required("timing")->table()->required("spi_hz")),
              "x.toml:2:1: timing.spi_hz: missing");
    EXPECT_FALSE(root.optional("name"));
}

TEST(Table, Finish_RefusesTheFirstKeyNobodyAskedFor) {
    const auto root = rootOf("b = 1\nz = 2\na = 3\n");
    EXPECT_TRUE(root.required("b"));
    EXPECT_FALSE(root.optional("c"));
    EXPECT_EQ(messageOf(root.finish()), "x.toml:2:1: z: unknown key; known here are b, c");
}

TEST(Table, Finish_PassesOnceAllKeysWereAskedFor_AlsoThroughACopy) {
    const auto root = rootOf("a = 1\n");
    const auto copy = root;
    EXPECT_TRUE(copy.required("a"));
    EXPECT_TRUE(root.finish());
}

TEST(Table, Keys_AreInFileOrder) {
    EXPECT_THAT(rootOf("z = 1\na = 2\nm = 3\n").keys(), ElementsAre("z", "a", "m"));
}

TEST(Table, Refused_NamesTheTable) {
    EXPECT_EQ(rootOf("[t]\n").required("t")->table()->refused("no").value().message, "x.toml:1:1: t: no");
}

} // namespace
} // namespace framegate::config
