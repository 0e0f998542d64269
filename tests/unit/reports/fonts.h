// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QGuiApplication>

namespace framegate {

/// Text can be drawn only while there is an application; no display is asked for.
inline void needFonts() {
    static int argc = 1;
    static char name[] = "reports_test";
    static char* argv[] = {name, nullptr};
    if (QCoreApplication::instance() != nullptr) return;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    static const QGuiApplication application(argc, argv);
}

} // namespace framegate
