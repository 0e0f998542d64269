// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <gtest/gtest.h>

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    // On the heap: one test takes it away for a moment.
    new QCoreApplication(argc, argv);
    const int status = RUN_ALL_TESTS();
    delete QCoreApplication::instance();
    return status;
}
