// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/messages.h"
#include "support/program.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>

namespace framegate::wire {
namespace {

using Json = nlohmann::json;
using Octets = std::vector<std::uint8_t>;

Octets fromHex(const std::string& hex) {
    Octets bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    return bytes;
}

/// A field's value as the vectors write it.
template <class Value>
Json asJson(const Value& value) {
    const auto hex = [](std::span<const std::uint8_t> bytes) {
        std::string text;
        for (const auto byte : bytes)
            text += "0123456789abcdef"[byte >> 4], text += "0123456789abcdef"[byte & 15];
        return text;
    };
    if constexpr (std::is_same_v<Value, Bytes>)
        return hex(value.view);
    else if constexpr (std::is_same_v<Value, Text>)
        return std::string(value.view);
    else if constexpr (std::is_enum_v<Value>)
        return static_cast<unsigned>(value);
    else if constexpr (std::is_integral_v<Value>)
        return value;
    else
        return hex(value);
}

template <class Message>
Json fieldsOf(const Message& message) {
    Json fields = Json::object();
    std::apply(
        [&](const auto&... field) {
            ((fields[std::string(field.name)] = asJson(message.*(field.member))), ...);
        },
        Message::fields());
    return fields;
}

/// Decodes the golden frame, compares every field, encodes again and compares every byte.
template <class Message>
void check(const Json& golden) {
    const auto bytes = fromHex(golden["frame"]);
    const auto frame = readFrame(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(static_cast<unsigned>(frame->header.kind), golden["kind"].get<unsigned>());
    EXPECT_EQ(static_cast<unsigned>(frame->header.opcode), golden["opcode"].get<unsigned>());
    EXPECT_EQ(static_cast<unsigned>(frame->header.status), golden["status"].get<unsigned>());
    EXPECT_EQ(frame->header.tag, golden["tag"].get<unsigned>());
    const auto message = decode<Message>(frame->payload);
    ASSERT_TRUE(message);
    EXPECT_EQ(fieldsOf(*message), golden["fields"]);
    Octets again(frameLimit);
    again.resize(writeMessage(again, frame->header, *message));
    EXPECT_EQ(again, bytes);
}

Json vectors() {
    return Json::parse(test::readText(FRAMEGATE_SOURCE_DIR "/fixtures/wire/vectors.json"));
}

const std::map<std::string, void (*)(const Json&)> checks = {{"HelloRequest", check<HelloRequest>},
                                                             {"HelloDone", check<HelloDone>},
                                                             {"SpiBatchRequest", check<SpiBatchRequest>},
                                                             {"SpiBatchDone", check<SpiBatchDone>},
                                                             {"I2cScriptRequest", check<I2cScriptRequest>},
                                                             {"I2cScriptDone", check<I2cScriptDone>},
                                                             {"CaptureRequest", check<CaptureRequest>},
                                                             {"CaptureDone", check<CaptureDone>},
                                                             {"ReadFifoRequest", check<ReadFifoRequest>},
                                                             {"FifoChunk", check<FifoChunk>},
                                                             {"ReadFifoDone", check<ReadFifoDone>},
                                                             {"SetClocksRequest", check<SetClocksRequest>},
                                                             {"SetClocksDone", check<SetClocksDone>},
                                                             {"StandbyRequest", check<StandbyRequest>},
                                                             {"StandbyDone", check<StandbyDone>},
                                                             {"LedRequest", check<LedRequest>},
                                                             {"RebootRequest", check<RebootRequest>},
                                                             {"EmptyDone", check<EmptyDone>},
                                                             {"LineTestRequest", check<LineTestRequest>},
                                                             {"LineTestDone", check<LineTestDone>},
                                                             {"SupplyRequest", check<SupplyRequest>},
                                                             {"SupplyDone", check<SupplyDone>},
                                                             {"OutputsRequest", check<OutputsRequest>},
                                                             {"OutputsDone", check<OutputsDone>},
                                                             {"TraceRequest", check<TraceRequest>},
                                                             {"TraceDone", check<TraceDone>},
                                                             {"Failure", check<Failure>}};

TEST(Vectors, EveryMessage_ReadsAndWritesAsTheGoldenFrame) {
    std::set<std::string> seen;
    const auto all = vectors();
    for (const auto& golden : all["frames"]) {
        const auto name = golden["name"].get<std::string>();
        SCOPED_TRACE(name);
        ASSERT_EQ(checks.count(name), 1U);
        checks.at(name)(golden);
        seen.insert(name);
    }
    EXPECT_EQ(seen.size(), checks.size());
}

TEST(Vectors, BadFrames_AreRefused) {
    const auto all = vectors();
    ASSERT_GE(all["bad"].size(), 8U);
    for (const auto& bad : all["bad"])
        EXPECT_FALSE(readFrame(fromHex(bad["frame"]))) << bad["reason"];
}

TEST(Frame, PayloadOverTheLimit_IsNeitherWrittenNorRead) {
    Octets out(2 * frameLimit);
    const Octets payload(payloadLimit + 1);
    EXPECT_EQ(writeFrame(out, {}, payload), 0U);
}

TEST(Frame, BufferTooSmall_WritesNothing) {
    Octets out(headerBytes + 3);
    EXPECT_EQ(writeMessage(out, {}, HelloRequest{}), 0U);
}

TEST(Decode, PayloadWithABytePastTheMessage_IsRefused) {
    EXPECT_TRUE(decode<LedRequest>(Octets{1}));
    EXPECT_FALSE(decode<LedRequest>(Octets{1, 0}));
    EXPECT_FALSE(decode<LedRequest>(Octets{}));
}

TEST(Decode, CountBeyondThePayload_IsRefused) {
    EXPECT_FALSE(decode<SpiBatchRequest>(Octets{5, 0, 1, 2}));
    EXPECT_TRUE(decode<SpiBatchRequest>(Octets{2, 0, 1, 2}));
}

TEST(Crc32, CheckValue) {
    const std::string_view digits = "123456789"; // the value every CRC-32 catalogue gives
    EXPECT_EQ(crc32({reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size()}), 0xCBF43926U);
}

} // namespace
} // namespace framegate::wire
