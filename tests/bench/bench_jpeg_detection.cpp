// SPDX-License-Identifier: GPL-3.0-or-later
//
// How many damaged pictures are found by their bytes alone, class by class, beside other opinions:
//
//   bench_jpeg_detection [--figures] [--cases N] [--good N] [--seed N] [--tools]
//
// The pictures are generated as an OV2640 lays them out, and real captures where they are present. --tools
// also asks jpeginfo -c and identify -regard-warnings where they are installed, which is slow. --good counts
// false rejects among that many good pictures instead.
#include "jpeg/validator.h"
#include "sim/jpeg_engine.h"

#include "bench/figures.h"
#include "support/corruption.h"
#include "support/good_pictures.h"
#include "support/jpeg_pictures.h"

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

namespace framegate {
namespace {

using test::Octets;

struct Options {
    bool figures = false;
    bool tools = false;
    unsigned cases = 60;
    unsigned good = 0;
    unsigned seed = 1;
};

/// A picture and what is known of it beforehand.
struct Subject {
    std::string name;
    Octets bytes;
    Resolution size;
};

constexpr std::array<const char*, 5> opinions = {"framegate", "libjpeg warnings", "cv::imdecode",
                                                 "jpeginfo -c", "identify"};

jpeg::Expectation expectationOf(const Subject& subject) {
    return {subject.size, "ov2640", 0, 0};
}

Octets readOctets(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Subject> subjects(unsigned seed) {
    std::vector<Subject> found;
    for (const auto& [width, height, quality] : {std::tuple{1600, 1200, 12}, std::tuple{1280, 1024, 6},
                                                 std::tuple{640, 480, 12}, std::tuple{320, 240, 24}}) {
        const auto w = static_cast<std::uint16_t>(width);
        const auto h = static_cast<std::uint16_t>(height);
        found.push_back(
            {fmt::format("photo {}x{}", width, height),
             sim::encodeOv2640({w, h, test::photoPixels(w, h, ++seed)}, static_cast<std::uint8_t>(quality)),
             {w, h}});
    }
    const auto captures = std::filesystem::path(FRAMEGATE_SHARED_DIR) / "captures";
    if (!std::filesystem::is_directory(captures)) return found;
    for (const auto& entry : std::filesystem::directory_iterator(captures)) {
        if (entry.path().extension() != ".jpg") continue;
        Subject subject{entry.path().filename().string(), readOctets(entry.path()), {}};
        const auto verdict = jpeg::validate(std::as_bytes(std::span(subject.bytes)), {});
        if (verdict.size) subject.size = *verdict.size;
        found.push_back(std::move(subject));
    }
    return found;
}

bool has(const std::string& tool) {
    return std::system(("command -v " + tool + " >/dev/null 2>&1").c_str()) == 0;
}

/// Whether each opinion finds \a bytes damaged, as far as it is asked.
std::array<bool, 5> judge(const Octets& bytes, const Subject& subject, const Options& options,
                          const std::filesystem::path& scratch) {
    const auto octets = std::as_bytes(std::span(bytes));
    std::array<bool, 5> found{};
    found[0] = !jpeg::validate(octets, expectationOf(subject)).valid;
    found[1] = !jpeg::decode(octets);
    found[2] = bytes.empty() || cv::imdecode(bytes, cv::IMREAD_COLOR).empty();
    if (!options.tools) return found;
    std::ofstream(scratch, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    const auto fails = [&](const std::string& command) {
        return std::system((command + " '" + scratch.string() + "' >/dev/null 2>&1").c_str()) != 0;
    };
    found[3] = fails("jpeginfo -c");
    found[4] = fails("identify -regard-warnings");
    return found;
}

struct Count {
    unsigned cases = 0;
    std::array<unsigned, 5> found{};
};

double percent(unsigned found, unsigned cases) {
    return cases == 0 ? 0 : 100.0 * found / cases;
}

/// The classes of corruption.h and, for the picture that has restart markers, theirs.
Count countClass(const test::CorruptionClass& damage, const std::vector<Subject>& all,
                 const Options& options) {
    const auto scratch = std::filesystem::temp_directory_path() / fmt::format("framegate-{}.jpg", getpid());
    Count count;
    std::mt19937 random(options.seed);
    for (const auto& subject : all) {
        if (subject.bytes.size() < sim::ov2640ScanOffset + damage.needs + 2) continue;
        for (unsigned i = 0; i < options.cases; ++i) {
            auto bytes = subject.bytes;
            damage.damage(bytes, sim::ov2640ScanOffset, random);
            const auto found = judge(bytes, subject, options, scratch);
            ++count.cases;
            for (std::size_t o = 0; o < found.size(); ++o)
                count.found[o] += found[o] ? 1 : 0;
        }
    }
    std::filesystem::remove(scratch);
    return count;
}

void print(const test::CorruptionClass& damage, const Count& count, const Options& options) {
    if (options.figures) {
        test::printFigure("detection_percent/" + damage.name, percent(count.found[0], count.cases), "%");
        return;
    }
    fmt::print("{:<18}{:>6}{:>8.0f}", damage.name, count.cases, damage.foundPercent);
    for (std::size_t o = 0; o < (options.tools ? opinions.size() : 3); ++o)
        fmt::print("{:>18.1f}", percent(count.found[o], count.cases));
    fmt::print("\n");
    std::fflush(stdout);
}

int detection(Options options) {
    options.tools = options.tools && has("jpeginfo") && has("identify");
    const auto all = subjects(options.seed);
    for (const auto& subject : all)
        if (const auto verdict =
                jpeg::validate(std::as_bytes(std::span(subject.bytes)), expectationOf(subject));
            !verdict.valid)
            return fmt::print(stderr, "{} is rejected: {}\n", subject.name, verdict.detail), 1;
    if (!options.figures) {
        fmt::print("{} pictures, {} cases a class and picture; found, in %\n{:<18}{:>6}{:>8}", all.size(),
                   options.cases, "class", "cases", "target");
        for (std::size_t o = 0; o < (options.tools ? opinions.size() : 3); ++o)
            fmt::print("{:>18}", opinions[o]);
        fmt::print("\n");
    }
    for (const auto& damage : test::corruptionClasses())
        print(damage, countClass(damage, all, options), options);
    return 0;
}

int falseRejects(const Options& options) {
    unsigned rejected = 0;
    for (unsigned i = 0; i < options.good; ++i) {
        const auto picture = test::goodPicture(options.seed * 100'000 + i);
        const auto verdict =
            jpeg::validate(std::as_bytes(std::span(picture.bytes)), {picture.size, picture.sensor, 0, 0});
        if (verdict.valid && jpeg::decode(std::as_bytes(std::span(picture.bytes)))) continue;
        ++rejected;
        fmt::print(stderr, "{}: {} {}\n", picture.name, verdict.code, verdict.detail);
    }
    if (options.figures)
        test::printFigure("false_rejects", rejected, "1");
    else
        fmt::print("{} good pictures, {} rejected\n", options.good, rejected);
    return rejected == 0 ? 0 : 1;
}

unsigned numberAfter(std::string_view name, int argc, char** argv, unsigned value) {
    for (int i = 1; i + 1 < argc; ++i)
        if (const std::string_view text = argv[i + 1]; name == argv[i])
            std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

int run(int argc, char** argv) {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    Options options;
    options.figures = test::wantsFigures(argc, argv);
    options.cases = numberAfter("--cases", argc, argv, options.cases);
    options.good = numberAfter("--good", argc, argv, 0);
    options.seed = numberAfter("--seed", argc, argv, 1);
    for (int i = 1; i < argc; ++i)
        options.tools = options.tools || std::string_view(argv[i]) == "--tools";
    return options.good > 0 ? falseRejects(options) : detection(options);
}

} // namespace
} // namespace framegate

int main(int argc, char** argv) {
    return framegate::run(argc, argv);
}
