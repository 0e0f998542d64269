// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/usb_record.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <random>

namespace framegate {
namespace {

using ::testing::HasSubstr;

std::vector<std::byte> bytesOf(std::initializer_list<int> values) {
    std::vector<std::byte> bytes;
    for (const int value : values)
        bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

/// One record of each call, and one with an error.
std::vector<UsbRecord> samples() {
    std::vector<UsbRecord> all(9);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].call = static_cast<UsbCall>(std::min<std::size_t>(i, 7));
        all[i].ended = std::chrono::nanoseconds(1000 + i);
    }
    all[0].devices = {{UsbPortPath(1, {2, 4}), 0x1209, 1, "F6", "Ger\xC3\xA4t \"1\""}};
    all[1].port = all[2].port = all[3].port = UsbPortPath(3, {1});
    all[1].transport = 1;
    all[2].request = {0x41, 2, 3, 4};
    all[2].error = Error{ErrorKind::Timeout, "USB_TIMEOUT", "late"};
    all[4].sent = bytesOf({0, 0x7F, 0xFF});
    all[5].room = 64;
    all[5].got = bytesOf({1, 2});
    all[6].request = {0xC1, 0x42, 0, 0xFFFF};
    all[6].room = 16;
    all[6].got = bytesOf({9});
    all[6].moved = 1;
    all[7].pipe = UsbPipe::BulkOut;
    all[8].error = Error{ErrorKind::Disconnected, "USB_DISCONNECTED", "gone"};
    return all;
}

std::string textOf(const std::vector<UsbRecord>& records) {
    auto text = usbRecordingHead();
    for (const auto& record : records)
        text += usbRecordLine(record);
    return text;
}

std::string errorOf(const std::string& text) {
    const auto read = parseUsbRecording(text, "x.jsonl");
    return read ? std::string() : read.error().code + " " + read.error().message;
}

TEST(UsbRecording, WhatIsWritten_IsReadAgain) {
    const auto text = textOf(samples());
    const auto read = parseUsbRecording(text, "x.jsonl");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(textOf(*read).substr(usbRecordingHead().size()), text.substr(usbRecordingHead().size()));
    EXPECT_EQ(read->at(0).devices.at(0).productName, "Ger\xC3\xA4t \"1\"");
    EXPECT_EQ(read->at(2).error->kind, ErrorKind::Timeout);
    EXPECT_EQ(read->at(8).line, 10U);
}

TEST(UsbRecording, LastLineThatIsCutOff_IsLeftOut) {
    const auto text = textOf(samples());
    const auto read = parseUsbRecording(std::string_view(text).substr(0, text.size() - 5), "x.jsonl");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->size(), samples().size() - 1);
}

TEST(UsbRecording, AnotherFile_IsRefused) {
    for (const auto* text :
         {"", "lot,serial\n", "{}\n", "{\"format\":\"framegate usb recording\",\"version\":2}\n"})
        EXPECT_THAT(errorOf(text), HasSubstr("USB_RECORDING x.jsonl:1: this is no USB recording")) << text;
}

TEST(UsbRecording, WrongLine_IsRefusedWithItsNumberAndField) {
    const auto head = usbRecordingHead();
    EXPECT_THAT(errorOf(head + "{\"call\":\"jump\"}\n"), HasSubstr("x.jsonl:2: unknown call \"jump\""));
    EXPECT_THAT(errorOf(head + "[1]\n"), HasSubstr("x.jsonl:2: no JSON object"));
    EXPECT_THAT(
        errorOf(head + "{\"call\":\"send\",\"transport\":1,\"sent\":\"0g\",\"began\":0,\"ended\":0}\n"),
        HasSubstr("send: \"sent\" is missing or wrong"));
    EXPECT_THAT(errorOf(head + "{\"call\":\"receive\",\"transport\":1,\"room\":1,\"got\":\"0011\","
                               "\"began\":0,\"ended\":0}\n"),
                HasSubstr("receive: \"got\" is missing or wrong"));
}

TEST(UsbRecording, OverlongLine_IsRefused) {
    const auto line = "{\"call\":\"" + std::string(usbRecordLimit, 'x') + "\"}\n";
    EXPECT_THAT(errorOf(usbRecordingHead() + line), HasSubstr("x.jsonl:2: the line is too long"));
}

/// Whatever is read is within the rules, so that writing and reading it again gives the same.
void expectSound(const std::string& text) {
    const auto read = parseUsbRecording(text, "x.jsonl");
    if (!read) {
        EXPECT_EQ(read.error().code, "USB_RECORDING");
        return;
    }
    for (const auto& record : *read) {
        EXPECT_LE(record.got.size(), record.room);
        const auto again = parseUsbRecording(usbRecordingHead() + usbRecordLine(record), "again");
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_TRUE(sameRequest(again->at(0), record));
    }
}

TEST(UsbRecording, ChangedBytes_AreReadOrRefused) {
    const auto good = textOf(samples());
    std::mt19937 random(1); // NOLINT: the same on each run
    for (int round = 0; round < 20'000; ++round) {
        auto text = good;
        for (auto changes = 1 + random() % 3; changes > 0; --changes)
            text[random() % text.size()] = static_cast<char>(random() % 256);
        expectSound(text);
    }
}

TEST(UsbRecording, PiecesOfItselfElsewhere_AreReadOrRefused) {
    const auto good = textOf(samples());
    std::mt19937 random(2); // NOLINT: the same on each run
    for (int round = 0; round < 5000; ++round) {
        const auto from = random() % good.size();
        const auto piece = good.substr(from, random() % 80);
        auto text = good;
        text.replace(random() % text.size(), random() % 80, piece);
        expectSound(text);
    }
}

TEST(UsbRecording, DeepNesting_IsRefused) {
    const auto deep = std::string(500'000, '[') + std::string(500'000, ']');
    EXPECT_THAT(errorOf(usbRecordingHead() + deep + "\n"), HasSubstr("USB_RECORDING"));
}

} // namespace
} // namespace framegate
