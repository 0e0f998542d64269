// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the core needs from outside: no heap, no exceptions, no run-time type information, no SDK.
#include "support/program.h"

#include <gmock/gmock.h>
#include <regex>

namespace framegate {
namespace {

std::vector<std::string> undefinedSymbols() {
    const std::string archive = FRAMEGATE_BIN_DIR "/../firmware/core/libframegate_core.a";
    const auto listing = test::runProgram({"/usr/bin/nm", "-C", "-u", archive});
    EXPECT_EQ(listing.status, 0) << listing.err;
    std::vector<std::string> symbols;
    std::istringstream lines(listing.out);
    for (std::string line; std::getline(lines, line);)
        if (const auto at = line.find(" U "); at != std::string::npos) symbols.push_back(line.substr(at + 3));
    return symbols;
}

TEST(CoreSymbols, NeedNoHeapNoExceptionsNoSdk) {
    const std::regex forbidden(
        "operator (new|delete).*|(m|c|re)alloc|free|__cxa_.*|_Unwind.*|__gxx_.*|typeinfo.*|"
        "std::.*|.*printf.*|(pico|hw|tud|tusb|spi|i2c|gpio|multicore|stdio)_.*");
    const auto symbols = undefinedSymbols();
    ASSERT_FALSE(symbols.empty());
    for (const auto& symbol : symbols)
        EXPECT_FALSE(std::regex_match(symbol, forbidden)) << symbol;
}

TEST(CoreSymbols, AreOnlyItsOwnAndMemoryMoves) {
    const std::regex allowed(
        "framegate::.*|vtable for framegate::.*|mem(cpy|move|set|cmp)|strlen|"
        "__(asan|ubsan|tsan|sanitizer|stack_chk|memcpy|memmove|memset)_?.*|_GLOBAL_OFFSET_TABLE_");
    for (const auto& symbol : undefinedSymbols())
        EXPECT_TRUE(std::regex_match(symbol, allowed)) << symbol;
}

} // namespace
} // namespace framegate
