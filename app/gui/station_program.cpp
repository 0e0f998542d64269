// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/station_program.h"

#include "gui/appearance.h"
#include "gui/lot_display.h"
#include "gui/program_options.h"
#include "gui/stop_signals.h"
#include "station/run_options.h"
#include "station/session.h"

#include <QApplication>
#include <QGuiApplication>
#include <QPixmap>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace framegate {
namespace {

constexpr QSize plainSize(1280, 720);

void say(const std::string& message) {
    std::fprintf(stderr, "framegate-station: %s\n", message.c_str());
}

int refuse(const Error& error) {
    say(error.message + " [" + error.code + "]");
    return exitStatusOf(error);
}

bool hasDisplay() {
    const auto isSet = [](const char* name) {
        const char* value = std::getenv(name);
        return value != nullptr && *value != '\0';
    };
    return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM");
}

bool isOffscreen() {
    return QGuiApplication::platformName() == QStringLiteral("offscreen");
}

void saveScreenshot(StationWindow& window, const std::string& file) {
    if (!file.empty() && !window.grab().save(QString::fromStdString(file), "PNG"))
        say("could not write the screenshot to " + file);
}

int showLot(Session& session, const RunOptions& options, const ProgramOptions& program,
            StopSignals& signals_) {
    StationWindow window;
    window.setAsksBeforeClosing(!program.noConfirm && !isOffscreen());
    window.resize(plainSize);
    LotDisplay display(session, options.operatorId, window);
    QObject::connect(&display, &LotDisplay::over, &window, [&] {
        saveScreenshot(window, program.screenshot);
        if (program.exitWhenDone) display.closeWhenOver();
    });
    signals_.listen([&display] {
        say("stopping: each slot finishes its teardown (again: at once)");
        display.stop();
        display.closeWhenOver();
    });
    if (isOffscreen())
        window.show();
    else
        window.showMaximized();
    QApplication::exec();
    const auto& end = display.end();
    if (!end) return exitStatusOf({});
    return end->summary ? end->exitStatus() : refuse(end->summary.error());
}

} // namespace

int runStationProgram(int argc, char** argv) {
    std::vector<char*> rest(argv, argv + argc);
    const auto program = takeProgramOptions(rest);
    if (!program) return refuse(program.error());
    const auto options = parseRunOptions(static_cast<int>(rest.size()), rest.data(), "framegate-station");
    if (!options && options.error().code == "HELP_SHOWN") {
        std::fputs(programOptionsHelp(), stdout);
        return 0;
    }
    if (!options) return refuse(options.error());
    if (!hasDisplay())
        return refuse({ErrorKind::InvalidInput, "NO_DISPLAY",
                       "there is no display to open the window on: set DISPLAY or WAYLAND_DISPLAY, or use "
                       "`framegate run`"});
    StopSignals stopSignals;
    int qtArguments = 1;
    const QApplication application(qtArguments, argv);
    setAppearance();
    auto session = Session::prepare(*options);
    if (!session) return refuse(session.error());
    return showLot(**session, *options, *program, stopSignals);
}

} // namespace framegate
