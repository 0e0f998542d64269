// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/station_runner.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/work_pool.h"
#include "bench/fixture_board.h"
#include "engine/kept_scenes.h"
#include "engine/lot_book.h"
#include "engine/station_trouble.h"
#include "engine/unit_queue.h"
#include "engine/unit_run.h"

#include <fmt/format.h>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

namespace framegate {
namespace {

/// What all slots of a lot share.
struct LotWork {
    LotWork(const LotOrder& lot, const StationPorts& ports, const LotSummary& start)
        : order(lot), queue(lot.units), book(ports.records, ports.reports, ports.events, start) {}

    const LotOrder& order;
    UnitQueue queue;
    LotBook book;
    WorkPool pool{WorkPool::processors()}; ///< for what is judged while the module is at the next step
    std::mutex mutex;
    std::optional<Error> brokenOff; ///< why no more units are taken

    /// Lets nobody take another unit.
    void breakOff(Error error) {
        queue.close();
        const std::lock_guard lock(mutex);
        if (!brokenOff) brokenOff = std::move(error);
    }
};

std::string planText(const TestPlan& plan) {
    return fmt::format("{} {}", plan.name, plan.version);
}

} // namespace

/// One slot's thread: takes units until there are none.
class StationRunner::Slot {
public:
    Slot(const StationRunner& station, const SlotLayout& layout, LotWork& work)
        : station_(station),
          layout_(layout),
          access_{station.ports_.usb, layout, station.layout_.swappedBoards},
          work_(work),
          drawings_(station.ports_.artist, work.pool, [this](std::string message) {
              work_.book.publish(StationNotice{layout_.number, std::move(message)});
          }) {}

    void work(std::stop_token stop) {
        while (!stop.stop_requested()) {
            const auto unit = work_.queue.take();
            if (!unit) break;
            runUnit(*unit, stop);
        }
        drawings_.finish();
    }

private:
    void runUnit(const Unit& unit, std::stop_token stop) {
        const auto before = work_.order.runsBefore.find(unit.serial.text());
        const int first = before == work_.order.runsBefore.end() ? 1 : before->second + 1;
        for (int run = first; run < first + station_.plan_.runsOnError; ++run) {
            auto record = runOnce(unit, run, stop);
            const auto outcome = record.outcome;
            if (auto kept = work_.book.close(std::move(record)); !kept) return work_.breakOff(kept.error());
            if (outcome != Outcome::Error || stop.stop_requested()) return;
        }
    }

    TestRecord runOnce(const Unit& unit, int run, std::stop_token stop) {
        auto record = newRecord(unit, run);
        work_.book.publish(RunStarted{layout_.number, unit.serial.text(), run, stepCount(station_.plan_)});
        auto transport = reach(unit, run, stop);
        if (!transport) {
            const auto error = inSlot(std::move(transport.error()), layout_.number);
            record.outcome = outcomeOf(error);
            record.failureCode = error.code;
            record.failureDetail = error.message;
        } else {
            UnitRun unitRun(
                station_.plan_, std::move(record), work_.pool,
                [this](const RunEvent& event) { publish(event); },
                [this, &unit, run](Resolution size, const PictureBytes& bytes) {
                    keep(unit, run, size, bytes);
                },
                findStep, surroundings(unit, run));
            record = unitRun.run(std::move(*transport), stop);
            restart_ = unitRun.boardInDoubt();
        }
        station_.ports_.loader.remove(layout_.number);
        return record;
    }

    UnitSurroundings surroundings(const Unit& unit, int run) {
        const int slot = layout_.number;
        auto& loader = station_.ports_.loader;
        return {[&loader, slot](Scene scene, std::stop_token stop) {
                    return loader.show(slot, scene, std::move(stop));
                },
                [&loader, slot](const FocusLook& look, std::stop_token stop) {
                    return loader.adjustFocus(slot, look, std::move(stop));
                },
                [this, &unit, run](std::vector<JudgedPicture> scenes, bool failed) {
                    keepScenes(unit, run, std::move(scenes), failed);
                },
                &access_};
    }

    Result<std::unique_ptr<UsbTransport>> reach(const Unit& unit, int run, std::stop_token stop) {
        if (restart_) restartBoard(stop);
        if (auto inserted = station_.ports_.loader.insert(layout_.number, unit, run, stop); !inserted)
            return passOn(inserted);
        if (auto prepared = prepare(stop); !prepared) return passOn(prepared);
        auto transport = station_.ports_.usb.open(layout_.port, firmwareInterface);
        restart_ = !transport && transport.error().code == "USB_NO_DEVICE"; // it may yet come back
        return transport;
    }

    /// Sees to it that the board runs what the plan wants.
    Result<> prepare(const std::stop_token& stop) {
        if (station_.ports_.preparation == nullptr) return {};
        const auto done = station_.ports_.preparation->prepare(layout_.port, stop);
        if (!done) return passOn(done);
        if (!done->empty()) work_.book.publish(StationNotice{layout_.number, *done});
        return {};
    }

    /// The same notice is not repeated with each run.
    void publish(const RunEvent& event) {
        if (const auto* notice = std::get_if<StationNotice>(&event);
            notice != nullptr && std::exchange(lastNotice_, notice->message) == notice->message)
            return;
        work_.book.publish(event);
    }

    /// Brings the board into a known state after trouble. Where that fails, opening or greeting it says so.
    void restartBoard(std::stop_token stop) {
        const auto limit = station_.plan_.restartLimit;
        restart_ = false;
        if (limit.count() == 0) return;
        const auto restarted =
            station_.ports_.usb.restart(layout_.port, firmwareInterface, firmwareRestart, limit, stop);
        work_.book.publish(StationNotice{layout_.number, restarted ? std::string("the board was restarted")
                                                                   : restarted.error().message});
    }

    TestRecord newRecord(const Unit& unit, int run) const {
        const auto& plan = station_.plan_;
        TestRecord record;
        record.lot = work_.order.lot;
        record.serial = unit.serial.text();
        record.partNumber = unit.partNumber;
        record.run = run;
        record.slot = layout_.number;
        record.startedAt = utcTimestamp();
        record.sensor = plan.sensor.name;
        record.plan = planText(plan);
        record.planSha256 = plan.sha256;
        record.limitsSha256 = plan.limits.sha256();
        record.software = work_.order.software;
        record.operatorId = work_.order.operatorId;
        record.station = station_.layout_.name;
        record.bench = work_.order.bench;
        return record;
    }

    void keep(const Unit& unit, int run, Resolution size, const PictureBytes& bytes) {
        if (work_.order.artifacts.empty()) return;
        const auto file =
            work_.order.artifacts / fmt::format("{}-run{}-{}.jpg", unit.serial.text(), run, size.text());
        if (auto written = writeFileAtomically(file, *bytes); !written)
            work_.book.publish(StationNotice{layout_.number, written.error().message});
    }

    void keepScenes(const Unit& unit, int run, std::vector<JudgedPicture> scenes, bool failed) {
        const auto overlays = work_.order.overlays;
        const bool wanted = overlays == Overlays::All || (overlays == Overlays::Failed && failed);
        if (work_.order.artifacts.empty() || !wanted) return;
        drawings_.keep(work_.order.artifacts / fmt::format("{}-run{}", unit.serial.text(), run),
                       std::move(scenes));
    }

    const StationRunner& station_;
    const SlotLayout& layout_;
    const SlotAccess access_;
    LotWork& work_;
    KeptScenes drawings_;
    std::string lastNotice_;
    bool restart_ = false; ///< the board may not be fit for the next unit
};

StationRunner::StationRunner(const StationLayout& layout, const TestPlan& plan, StationPorts ports)
    : layout_(layout), plan_(plan), ports_(std::move(ports)) {}

Result<LotSummary> StationRunner::run(const LotOrder& order, std::stop_token stop) {
    LotSummary start = order.before;
    start.lot = order.lot;
    start.planned += static_cast<unsigned>(order.units.size());
    LotWork work(order, ports_, start);
    work.book.publish(LotStarted{order.lot, order.bench, planText(plan_),
                                 static_cast<unsigned>(order.units.size()),
                                 static_cast<int>(layout_.slots.size())});
    {
        std::vector<std::jthread> threads;
        for (const auto& slot : layout_.slots)
            threads.emplace_back([this, &slot, &work, stop] { Slot(*this, slot, work).work(stop); });
    }
    auto summary = work.book.finish(stop.stop_requested());
    if (work.brokenOff) return Failure(std::move(*work.brokenOff));
    return summary;
}

} // namespace framegate
