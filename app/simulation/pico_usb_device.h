// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/empty_drive.h"
#include "simulation/pico_board.h"
#include "simulation/pico_transport.h"
#include "simulation/usb_device.h"

#include <deque>
#include <memory>
#include <optional>
#include <set>

namespace framegate::simulation {

/// A Pico as a USB device, whatever carries its transfers: it lives from when the board comes up on the bus
/// until it leaves it. A transfer that the board answers with NAK stays pending until there is an answer or
/// it is taken back; those of one endpoint end in order. Thread-bound; the board behind it may be used by
/// others.
class PicoUsbDevice {
public:
    explicit PicoUsbDevice(PicoBoard& board);

    /// Whether the board is still what it was.
    bool attached() const;
    const UsbDescriptors& descriptors() const { return descriptors_; }
    unsigned generation() const { return identity_.generation; }

    void submit(UsbUrb urb) { pending_.push_back(std::move(urb)); }
    /// Whether the transfer was pending. It then never ends.
    bool unlink(std::uint32_t id);
    /// The next transfer that has ended.
    std::optional<UsbUrbEnd> reap();
    std::size_t pending() const { return pending_.size(); }

private:
    struct Answer {
        UsbEndStatus status = UsbEndStatus::Ok;
        Octets in;
    };
    std::optional<UsbUrbEnd> serve(const UsbUrb& urb);
    std::optional<Answer> control(const UsbUrb& urb);
    Answer standard(const UsbSetup& setup);
    Answer descriptor(const UsbSetup& setup) const;
    Answer endpointStatus(const UsbSetup& setup);
    Answer clearHalt(std::uint8_t endpoint);
    std::optional<Answer> toInterface(const UsbUrb& urb);
    std::optional<Answer> forward(PicoTransport& to, const UsbUrb& urb);
    std::optional<UsbUrbEnd> driveTransfer(const UsbUrb& urb);
    std::optional<UsbUrbEnd> bulkOut(const UsbUrb& urb);
    std::optional<UsbUrbEnd> bulkIn(const UsbUrb& urb);
    std::optional<UsbUrbEnd> frameOut(const UsbUrb& urb);
    std::optional<UsbUrbEnd> frameIn(const UsbUrb& urb);
    bool fetchFrame(UsbEndStatus& status);
    bool onDrive(std::uint8_t endpoint) const;
    bool isEndpoint(std::uint8_t address) const;

    PicoBoard& board_;
    const PicoIdentity identity_;
    const UsbDescriptors descriptors_;
    std::unique_ptr<PicoTransport> pipes_; ///< frames or PICOBOOT
    PicoTransport reset_;
    EmptyDrive drive_;
    std::deque<UsbUrb> pending_;
    std::deque<Octets> packetsIn_; ///< of frames
    Octets frameOut_;
    std::set<std::uint8_t>
        zeroPacketDue_; ///< OUT endpoints whose data is taken, but not the empty packet after it
    std::uint8_t configuration_ = 0;
};

} // namespace framegate::simulation
