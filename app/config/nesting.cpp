// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/nesting.h"

namespace framegate::config {
namespace {

/// Walks over TOML without building anything: strings and comments are skipped, brackets and dots counted.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::optional<TooDeep> scan() {
        while (!ended()) {
            const char c = text_[at_];
            if (c == '#')
                skipComment();
            else if (c == '"' || c == '\'')
                skipString(c);
            else
                count(c);
            if (brackets_ > deepestNesting || dots_ >= deepestNesting) return TooDeep{line_, column_ - 1};
        }
        return std::nullopt;
    }

private:
    bool ended() const { return at_ >= text_.size(); }
    bool startsWith(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

    void step() {
        const char c = text_[at_++];
        const bool continuesCodePoint = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        if (c == '\n') {
            ++line_;
            column_ = 1;
        } else if (!continuesCodePoint) {
            ++column_;
        }
    }
    void step(std::size_t count) {
        while (count-- > 0 && !ended())
            step();
    }

    void skipComment() {
        while (!ended() && text_[at_] != '\n')
            step();
    }

    void skipString(char quote) {
        const std::string_view three = quote == '"' ? R"(""")" : "'''";
        const bool multiline = startsWith(three);
        const std::string_view end = multiline ? three : three.substr(0, 1);
        step(end.size());
        while (!ended() && !startsWith(end) && (multiline || text_[at_] != '\n'))
            step(quote == '"' && text_[at_] == '\\' ? 2 : 1);
        if (!startsWith(end)) return;
        step(end.size());
        // A multi-line string may end in up to two quotes of its own.
        if (multiline)
            while (!ended() && text_[at_] == quote)
                step();
    }

    void count(char c) {
        if (c == '[' || c == '{') ++brackets_;
        if ((c == ']' || c == '}') && brackets_ > 0) --brackets_;
        if (c == '.') ++dots_;
        if (std::string_view("[]{}=,\n").find(c) != std::string_view::npos) dots_ = 0;
        step();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t column_ = 1;
    std::size_t brackets_ = 0;
    std::size_t dots_ = 0;
};

} // namespace

std::optional<TooDeep> findTooDeep(std::string_view text) {
    return Scanner(text).scan();
}

} // namespace framegate::config
