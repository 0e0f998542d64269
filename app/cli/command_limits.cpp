// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "cli/commands.h"
#include "config/readers.h"
#include "records/record_store.h"
#include "station/fixture_folder.h"
#include "statistics/limit_learning.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <optional>

namespace framegate {
namespace {

struct LimitsOptions {
    std::string lot;
    std::string file;
    std::string out;
    std::string db;
    std::string limits;
    LearningRule rule;
};

Error wrongLine(std::string message) {
    return {ErrorKind::InvalidInput, "COMMAND_LINE", std::move(message)};
}

Result<std::vector<TestRecord>> recordsOf(const LimitsOptions& options) {
    auto url = options.db;
    if (url.empty()) {
        const auto file = std::filesystem::absolute(std::filesystem::path(options.out) / "records.sqlite");
        std::error_code error;
        // Opening makes a database that is not there.
        if (!std::filesystem::exists(file, error))
            return Failure(wrongLine(fmt::format("there is no database {}", file.string())));
        url = "sqlite://" + file.string();
    }
    auto store = openRecordStore(url);
    if (!store) return passOn(store);
    const auto records = (*store)->lot(options.lot);
    if (!records || !records->empty()) return records;
    std::string lots;
    if (const auto names = (*store)->lots())
        for (const auto& name : *names)
            lots += (lots.empty() ? "" : ", ") + name;
    return Failure(wrongLine(fmt::format("there is no lot {}; there are {}", options.lot, lots)));
}

/// The limits that the lot was judged by: those of the option, else the shipped ones with the checksum that
/// the records name. None where neither is there.
Result<std::optional<Limits>> limitsInForce(const LimitsOptions& options,
                                            const std::vector<TestRecord>& records) {
    if (!options.limits.empty()) {
        auto limits = config::readLimits(options.limits);
        if (!limits) return passOn(limits);
        return std::optional(std::move(*limits));
    }
    const auto fixtures = findFixtureFolder();
    std::error_code error;
    if (!fixtures) return std::optional<Limits>{};
    for (std::filesystem::directory_iterator file(*fixtures / "limits", error), end; !error && file != end;
         file.increment(error)) {
        auto limits = config::readLimits(file->path());
        if (limits && limits->sha256() == records.front().limitsSha256)
            return std::optional(std::move(*limits));
    }
    return std::optional<Limits>{};
}

void printTable(const std::vector<ProposedLimit>& proposed) {
    fmt::print("{:28} {:>10} {:>6} {:>11} {:>11} {:>11} {:>11} {:>8}\n", "measurement", "size", "units",
               "mean", "deviation", "low", "high", "rejected");
    const auto bound = [](const std::optional<double>& value) {
        return value ? fmt::format("{:.5g}", *value) : std::string("-");
    };
    for (const auto& limit : proposed)
        fmt::print("{:28} {:>10} {:>6} {:>11.5g} {:>11.3g} {:>11} {:>11} {:>8}\n", limit.name,
                   limit.resolution ? limit.resolution->text() : "", limit.count, limit.mean, limit.deviation,
                   bound(limit.low), bound(limit.high), limit.rejected);
}

int learn(const LimitsOptions& options) {
    if (options.out.empty() == options.db.empty())
        return reportError(wrongLine("limits learn needs --out DIR or --db URL, and not both"));
    const auto records = recordsOf(options);
    if (!records) return reportError(records.error());
    const auto inForce = limitsInForce(options, *records);
    if (!inForce) return reportError(inForce.error());
    if (!*inForce)
        fmt::print(stderr,
                   "The limits that lot {} was judged by are not among the shipped ones: every limit "
                   "proposed blames the unit. --limits FILE says which blame the station.\n",
                   options.lot);
    const auto proposed = learnLimits(*records, options.rule, inForce->value_or(Limits{}));
    if (proposed.empty())
        return reportError(wrongLine(fmt::format(
            "lot {} has no measurement with a limit in {} or more units that passed: nothing to learn from",
            options.lot, options.rule.fewest)));
    const auto name = std::filesystem::path(options.file).stem().string();
    if (auto written = writeFileAtomically(options.file, limitsFile(proposed, name, options.lot)); !written)
        return reportError(written.error());
    printTable(proposed);
    return exitStatus::success;
}

} // namespace

int limitsCommand(int argc, char** argv) {
    CLI::App app("Limits from good units", "framegate limits");
    app.require_subcommand(1);
    LimitsOptions options;
    auto* learning = app.add_subcommand(
        "learn",
        "Proposes limits for every measurement of a lot that has one, from the units that passed, and "
        "says how many of them it would have rejected");
    learning->add_option("LOT", options.lot, "The lot")->required();
    learning->add_option("-o", options.file, "The limits file to be written")->required();
    learning->add_option("--out", options.out, "The folder that the lot was written to");
    learning->add_option("--db", options.db, "The database, where it is another");
    learning->add_option(
        "--limits", options.limits,
        "The limits that the lot was judged by, where they are not shipped ones: what blames "
        "the station does so again");
    learning
        ->add_option("--deviations", options.rule.deviations, "Standard deviations from the mean to a limit")
        ->capture_default_str()
        ->check(CLI::Range(0.5, 100.0));
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    return learn(options);
}

} // namespace framegate
