// SPDX-License-Identifier: GPL-3.0-or-later
//
// How many damaged pictures are found by their bytes alone, class by class, beside other opinions:
//
//   bench_jpeg_detection [--figures] [--cases N] [--tools N] [--good N] [--seed N]
//
// The pictures are generated as an OV2640 lays them out, and real captures where they are present. --tools
// also asks jpeginfo -c and identify -regard-warnings, where they are installed, about the first N cases of
// each class and picture: a process each, which is slow. --good counts false rejects among that many good
// pictures instead. What is printed is the table of docs/jpeg.md.
#include "jpeg/validator.h"
#include "sim/jpeg_engine.h"

#include "bench/figures.h"
#include "support/corruption.h"
#include "support/good_pictures.h"
#include "support/jpeg_pictures.h"
#include "support/run_pictures.h"

#include <array>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

namespace framegate {
namespace {

using test::Octets;

struct Options {
    bool figures = false;
    unsigned cases = 60;
    unsigned tools = 0; ///< cases that the other programs are asked about
    unsigned good = 0;
    unsigned seed = 1;
};

/// A picture and what is known of it beforehand.
struct Subject {
    std::string name;
    Octets bytes;
    Resolution size;
};

constexpr std::array<const char*, 5> opinions = {"FrameGate", "libjpeg warns", "`cv::imdecode` empty",
                                                 "`jpeginfo -c`", "`identify -regard-warnings`"};

jpeg::Expectation expectationOf(const Subject& subject) {
    return {subject.size, "ov2640", 0, 0};
}

Octets readOctets(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

Subject generated(const char* scene, Resolution size, unsigned scale, std::vector<std::uint8_t> rgb) {
    return {fmt::format("{} {}", scene, size.text()),
            sim::encodeOv2640({size.width, size.height, std::move(rgb)}, static_cast<std::uint8_t>(scale)),
            size};
}

/// What a station looks at, the chart and the colour bars, and photographs.
std::vector<Subject> generatedSubjects(unsigned seed) {
    std::vector<Subject> found;
    for (const auto& [width, height, scale] :
         {std::tuple{2592, 1944, 4}, std::tuple{1600, 1200, 12}, std::tuple{1280, 1024, 6},
          std::tuple{640, 480, 12}, std::tuple{320, 240, 24}}) {
        const Resolution size{static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height)};
        const auto unit = static_cast<unsigned>(scale);
        found.push_back(generated("photo", size, unit, test::photoPixels(size.width, size.height, ++seed)));
        found.push_back(generated("bars", size, unit, test::scenePixels(4, size.width, size.height, ++seed)));
        test::PictureSource source(++seed, width > 1600 ? sim::SensorKind::Ov5642 : sim::SensorKind::Ov2640);
        source.setQuality(static_cast<std::uint8_t>(scale));
        found.push_back({"chart " + size.text(), source.frame(size), size});
    }
    return found;
}

std::vector<Subject> subjects(unsigned seed) {
    auto found = generatedSubjects(seed);
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

/// Standard error goes nowhere while this lives: OpenCV's own libjpeg writes its warnings there.
class Silence {
public:
    Silence() : before_(dup(2)) {
        const int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, 2);
        close(nowhere);
    }
    ~Silence() {
        dup2(before_, 2);
        close(before_);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    int before_;
};

using Opinions = std::array<bool, opinions.size()>;

/// Whether each opinion finds \a bytes damaged; of the programs only if \a tools.
Opinions judge(const Octets& bytes, const Subject& subject, bool tools,
               const std::filesystem::path& scratch) {
    const auto octets = std::as_bytes(std::span(bytes));
    const Silence silence;
    Opinions found{};
    found[0] = !jpeg::validate(octets, expectationOf(subject)).valid;
    found[1] = !jpeg::decode(octets);
    found[2] = bytes.empty() || cv::imdecode(bytes, cv::IMREAD_COLOR).empty();
    if (!tools) return found;
    std::ofstream(scratch, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    const auto fails = [&](const std::string& command) {
        return std::system((command + " '" + scratch.string() + "' >/dev/null 2>&1").c_str()) != 0;
    };
    found[3] = fails("jpeginfo -c");
    found[4] = fails("identify -regard-warnings");
    return found;
}

double percent(unsigned found, unsigned cases) {
    return cases == 0 ? 0 : 100.0 * found / cases;
}

struct Count {
    std::array<unsigned, opinions.size()> cases{};
    std::array<unsigned, opinions.size()> found{};
    double lowest = 100; ///< of a picture, by the first opinion
    double highest = 0;
};

/// Damages \a subject again and again.
void countSubject(const test::CorruptionClass& damage, const Subject& subject, const Options& options,
                  std::mt19937& random, Count& count) {
    const auto scratch = std::filesystem::temp_directory_path() / fmt::format("framegate-{}.jpg", getpid());
    const auto before = count.found[0];
    for (unsigned i = 0; i < options.cases; ++i) {
        auto bytes = subject.bytes;
        damage.damage(bytes, sim::ov2640ScanOffset, random);
        const bool tools = i < options.tools;
        const auto found = judge(bytes, subject, tools, scratch);
        for (std::size_t o = 0; o < (tools ? found.size() : 3); ++o) {
            ++count.cases[o];
            count.found[o] += found[o] ? 1 : 0;
        }
    }
    std::filesystem::remove(scratch);
    const auto share = percent(count.found[0] - before, options.cases);
    count.lowest = std::min(count.lowest, share);
    count.highest = std::max(count.highest, share);
}

Count countClass(const test::CorruptionClass& damage, const std::vector<Subject>& all,
                 const Options& options) {
    Count count;
    std::mt19937 random(options.seed);
    for (const auto& subject : all)
        if (subject.bytes.size() >= sim::ov2640ScanOffset + damage.needs + 2)
            countSubject(damage, subject, options, random, count);
    return count;
}

void print(const test::CorruptionClass& damage, const Count& count, const Options& options) {
    if (options.figures) {
        test::printFigure("detection_percent/" + damage.name, percent(count.found[0], count.cases[0]), "%");
        return;
    }
    fmt::print("| `{}` | {} | {:.1f} | {:.0f}–{:.0f}", damage.name, count.cases[0],
               percent(count.found[0], count.cases[0]), count.lowest, count.highest);
    for (std::size_t o = 1; o < opinions.size(); ++o)
        if (count.cases[o] > 0) fmt::print(" | {:.1f}", percent(count.found[o], count.cases[o]));
    fmt::print(" |\n");
    std::fflush(stdout);
}

void printHead(std::size_t pictures, const Options& options) {
    const std::size_t columns = options.tools > 0 ? opinions.size() : 3;
    fmt::print("{} pictures, {} cases each", pictures, options.cases);
    if (options.tools > 0) fmt::print(", {} of them for the programs", options.tools);
    fmt::print("\n\n| class | cases | {} % | of one picture, %", opinions[0]);
    for (std::size_t o = 1; o < columns; ++o)
        fmt::print(" | {} %", opinions[o]);
    fmt::print(" |\n| --- | --- |");
    for (std::size_t o = 0; o <= columns; ++o)
        fmt::print(" --- |");
    fmt::print("\n");
}

int detection(Options options) {
    if (!has("jpeginfo") || !has("identify")) options.tools = 0;
    const auto all = subjects(options.seed);
    for (const auto& subject : all)
        if (const auto verdict =
                jpeg::validate(std::as_bytes(std::span(subject.bytes)), expectationOf(subject));
            !verdict.valid)
            return fmt::print(stderr, "{} is rejected: {}\n", subject.name, verdict.detail), 1;
    if (!options.figures) printHead(all.size(), options);
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
    options.tools = numberAfter("--tools", argc, argv, 0);
    options.good = numberAfter("--good", argc, argv, 0);
    options.seed = numberAfter("--seed", argc, argv, 1);
    return options.good > 0 ? falseRejects(options) : detection(options);
}

} // namespace
} // namespace framegate

int main(int argc, char** argv) {
    return framegate::run(argc, argv);
}
