// SPDX-License-Identifier: MIT
#pragma once

#include "core/operations.h"

namespace framegate::firmware {

/// One exposure into the FIFO.
class Capture {
public:
    void start(const wire::CaptureRequest& request, Ports& ports);
    Progress advance(Ports& ports);
    const Ending& ending() const { return ending_; }
    const wire::CaptureDone& done() const { return done_; }

private:
    wire::CaptureRequest request_;
    wire::CaptureDone done_;
    Ending ending_;
    Pause pause_;
    std::uint64_t begin_ = 0;
};

/// The FIFO's content in one burst, in chunks: while one is summed and sent, the next is read.
class FifoRead {
public:
    void start(const wire::ReadFifoRequest& request, std::uint16_t tag, Ports& ports);
    Progress advance(Ports& ports);
    wire::ReadFifoDone done() const { return done_; }
    /// Ends the burst: waits for the read under way and lets go of chip select.
    void stop(Ports& ports);

private:
    static constexpr std::size_t chunkBytes = 4080;
    static constexpr std::size_t chunkOffset =
        wire::headerBytes + 4 + 2; ///< frame header, offset, byte count

    /// A frame to be: the SPI bytes are read to where they will be sent from.
    struct Chunk {
        std::array<std::uint8_t, wire::frameLimit> frame{};
        std::uint32_t offset = 0;
        std::size_t bytes = 0;
        std::span<std::uint8_t> content() { return std::span(frame).subspan(chunkOffset, bytes); }
    };

    void beginNext(Ports& ports);
    bool send(Chunk& chunk, Ports& ports);

    wire::ReadFifoRequest request_;
    wire::ReadFifoDone done_;
    std::uint16_t tag_ = 0;
    std::array<Chunk, 2> chunks_;
    std::size_t filling_ = 0; ///< which chunk the SPI fills
    bool reading_ = false;    ///< a read is under way
    bool toSend_ = false;     ///< the other chunk is full and not yet sent
    std::uint32_t begun_ = 0; ///< bytes whose read was begun
    wire::Crc32 sum_;
    std::uint64_t begin_ = 0;
};

} // namespace framegate::firmware
