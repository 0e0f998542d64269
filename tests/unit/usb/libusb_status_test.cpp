// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using ::testing::AllOf;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// libusb's numbers, which are part of its binary interface (libusb.h 1.0).
constexpr int errorIo = -1;
constexpr int errorAccess = -3;
constexpr int errorNoDevice = -4;
constexpr int errorBusy = -6;
constexpr int errorTimeout = -7;
constexpr int errorOverflow = -8;
constexpr int errorPipe = -9;
constexpr int errorNoMemory = -11;
constexpr int errorNotSupported = -12;
constexpr int transferError = 1;
constexpr int transferTimedOut = 2;
constexpr int transferStall = 4;
constexpr int transferNoDevice = 5;
constexpr int transferOverflow = 6;

auto is(ErrorKind kind, const char* code) {
    return AllOf(Field("kind", &Error::kind, kind), Field("code", &Error::code, code),
                 Field("message", &Error::message, StartsWith("greeting slot 3: ")));
}

Error opening(int status) {
    return openFailure(status, "greeting slot 3").value();
}
Error calling(int status) {
    return callFailure(status, "greeting slot 3").value();
}
Error transferring(int status) {
    return transferFailure(status, "greeting slot 3").value();
}

TEST(OpenFailure, TellsPermissionBusyAndAbsenceApart) {
    EXPECT_THAT(opening(errorAccess), is(ErrorKind::Permission, "USB_PERMISSION"));
    EXPECT_THAT(opening(errorBusy), is(ErrorKind::Usb, "USB_BUSY"));
    EXPECT_THAT(opening(errorNoDevice), is(ErrorKind::NotFound, "USB_NO_DEVICE"));
    EXPECT_THAT(opening(errorNotSupported), is(ErrorKind::Usb, "USB_DRIVER"));
    EXPECT_THAT(opening(errorIo), is(ErrorKind::Usb, "USB_OPEN"));
}

TEST(OpenFailure, EachCause_SaysWhatToDo) {
    EXPECT_THAT(opening(errorAccess).message, HasSubstr("framegate doctor"));
    EXPECT_THAT(opening(errorBusy).message, HasSubstr("another program uses it; close that first"));
    EXPECT_THAT(opening(errorNotSupported).message, AllOf(HasSubstr("WinUSB"), HasSubstr("Zadig")));
}

TEST(CallFailure, TellsItsCausesApart) {
    EXPECT_THAT(calling(errorNoDevice), is(ErrorKind::Disconnected, "USB_DISCONNECTED"));
    EXPECT_THAT(calling(errorTimeout), is(ErrorKind::Timeout, "USB_TIMEOUT"));
    EXPECT_THAT(calling(errorPipe), is(ErrorKind::Usb, "USB_STALL"));
    EXPECT_THAT(calling(errorOverflow), is(ErrorKind::Usb, "USB_OVERFLOW"));
    EXPECT_THAT(calling(errorIo), is(ErrorKind::Usb, "USB_TRANSFER"));
}

TEST(CallFailure, NoMemory_NamesTheKernelsLimit) {
    EXPECT_THAT(calling(errorNoMemory).message, HasSubstr("usbfs_memory_mb"));
}

TEST(TransferFailure, TellsItsCausesApart) {
    EXPECT_THAT(transferring(transferStall), is(ErrorKind::Usb, "USB_STALL"));
    EXPECT_THAT(transferring(transferOverflow), is(ErrorKind::Usb, "USB_OVERFLOW"));
    EXPECT_THAT(transferring(transferNoDevice), is(ErrorKind::Disconnected, "USB_DISCONNECTED"));
    EXPECT_THAT(transferring(transferTimedOut), is(ErrorKind::Timeout, "USB_TIMEOUT"));
    EXPECT_THAT(transferring(transferError), is(ErrorKind::Usb, "USB_TRANSFER"));
}

} // namespace
} // namespace framegate
