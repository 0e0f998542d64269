// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/texts.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <utility>

namespace framegate {
namespace {

/// Gives tr() a context of its own.
class Station {
    Q_DECLARE_TR_FUNCTIONS(Station)
};

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

QString countsSentence(const LotSummary& counts) {
    auto sentence = Station::tr("tested %1 of %2  ·  passed %3  ·  failed %4  ·  errors %5")
                        .arg(counts.tested())
                        .arg(counts.planned)
                        .arg(counts.passed)
                        .arg(counts.failed)
                        .arg(counts.errors);
    if (counts.aborted > 0) sentence += Station::tr("  ·  aborted %1").arg(counts.aborted);
    return sentence;
}

QString verdictSentence(const SlotState& slot) {
    auto sentence = phaseWord(slot.phase);
    if (slot.marginal) sentence += Station::tr(" (marginal)");
    if (!slot.failureCode.empty()) sentence += QStringLiteral(", ") + text(slot.failureCode);
    if (!slot.failureDetail.empty()) sentence += QStringLiteral(": ") + text(slot.failureDetail);
    return sentence;
}

} // namespace

QString phaseWord(SlotPhase phase) {
    switch (phase) {
    case SlotPhase::Waiting:
        return Station::tr("WAITING");
    case SlotPhase::Testing:
        return Station::tr("TESTING");
    case SlotPhase::Passed:
        return Station::tr("PASS");
    case SlotPhase::Failed:
        return Station::tr("FAIL");
    case SlotPhase::Aborted:
        return Station::tr("ABORTED");
    case SlotPhase::Error:
        break;
    }
    return Station::tr("ERROR");
}

QString outcomeWord(Outcome outcome) {
    switch (outcome) {
    case Outcome::Pass:
        return phaseWord(SlotPhase::Passed);
    case Outcome::Fail:
        return phaseWord(SlotPhase::Failed);
    case Outcome::Aborted:
        return phaseWord(SlotPhase::Aborted);
    case Outcome::Error:
        break;
    }
    return phaseWord(SlotPhase::Error);
}

QString sizeText(Resolution size) {
    return QStringLiteral("%1\u00a0×\u00a0%2").arg(size.width).arg(size.height);
}

QString stepText(const SlotState& slot) {
    auto step = text(slot.step);
    step.replace(QLatin1Char('_'), QLatin1Char(' ')).replace(QLatin1Char('-'), QLatin1Char(' '));
    return slot.resolution ? step + QLatin1Char(' ') + sizeText(*slot.resolution) : step;
}

QString runText(int run) {
    return Station::tr("run %1").arg(run);
}

QString nextText(const SlotState& slot) {
    if (!slot.next) return {};
    const auto serial = text(slot.next->serial);
    if (slot.next->run > 1)
        return Station::tr("Next: %1, run %2").arg(serial, QString::number(slot.next->run));
    return Station::tr("Next: %1").arg(serial);
}

QString slotSentence(const SlotState& slot) {
    auto sentence = Station::tr("Slot %1: ").arg(slot.number);
    if (!slot.serial.empty())
        sentence += text(slot.serial) + QStringLiteral(", ") + runText(slot.run) + QStringLiteral(": ");
    sentence += slot.hasVerdict() ? verdictSentence(slot) : phaseWord(slot.phase);
    if (slot.isTesting())
        sentence += Station::tr(", step %1 of %2: %3")
                        .arg(slot.stepIndex + 1)
                        .arg(std::max(slot.steps, slot.stepIndex + 1))
                        .arg(stepText(slot));
    if (slot.picture == PictureState::Invalid) sentence += Station::tr("; no valid picture");
    if (slot.next) sentence += QStringLiteral(". ") + nextText(slot);
    return sentence;
}

QString clockText(std::chrono::nanoseconds time) {
    const auto seconds = std::max<long long>(0, std::chrono::round<std::chrono::seconds>(time).count());
    const QLatin1Char zero('0');
    if (seconds < 3600) return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, zero);
    return QStringLiteral("%1:%2:%3")
        .arg(seconds / 3600)
        .arg(seconds / 60 % 60, 2, 10, zero)
        .arg(seconds % 60, 2, 10, zero);
}

QString secondsText(std::chrono::nanoseconds time) {
    return Station::tr("%1 s").arg(QLocale().toString(std::chrono::duration<double>(time).count(), 'f', 1));
}

QString percentText(std::optional<double> share) {
    return share ? Station::tr("%1 %").arg(QLocale().toString(100 * *share, 'f', 1)) : QStringLiteral("–");
}

QString stationSentence(const StationModel& model) {
    switch (model.phase()) {
    case StationPhase::Preparing:
    case StationPhase::Running:
        break;
    case StationPhase::Stopping:
        return Station::tr("STOPPING – each slot finishes its teardown; leave the units where they are");
    case StationPhase::Finished:
        return Station::tr("LOT FINISHED – %1").arg(countsSentence(model.counts()));
    case StationPhase::Stopped:
        return Station::tr("STOPPED – %1").arg(countsSentence(model.counts()));
    case StationPhase::Broken:
        return Station::tr("STATION ERROR – %1").arg(text(model.breakdown()));
    }
    return {};
}

QString noticeText(const NoticeLine& notice) {
    const auto who = notice.slot == 0 ? Station::tr("station") : Station::tr("slot %1").arg(notice.slot);
    return who + QStringLiteral(": ") + text(notice.message);
}

} // namespace framegate
