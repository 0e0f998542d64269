// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "board_ports.h"
#include "protocol/usb_identity.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace framegate::test {

using Octets = std::vector<std::uint8_t>;

/// One USB request as a host controller gets it.
struct Urb {
    std::uintptr_t id = 0;
    std::uint8_t endpoint = 0;       ///< address; 0 is the control pipe
    Octets bytes;                    ///< what goes out; for a control transfer the set-up packet comes first
    std::size_t room = 0;            ///< most that may come in
    bool endsWithZeroPacket = false; ///< a full last packet is followed by an empty one
};

/// How a request ended: zero or a negative errno, as the kernel has it (Documentation/usb/error-codes).
struct UrbEnd {
    std::uintptr_t id = 0;
    int status = 0;
    std::size_t moved = 0;
    Octets in;
};

/// What can go wrong at an endpoint.
enum class Mishap : std::uint8_t {
    Stall,   ///< every transfer is refused, until the halt is cleared
    Silence, ///< nothing is answered (NAK), until the endpoint recovers
    Babble,  ///< one transfer brings more than there is room for
};

/// How the device describes itself.
struct DeviceIdentity {
    std::uint16_t vendor = wire::usbVendor;
    std::uint16_t product = wire::usbProduct;
    std::uint8_t interfaceNumber = 0;
    std::uint8_t interfaceClass = wire::usbInterfaceClass;
    std::uint8_t subclass = wire::usbInterfaceSubclass;
    std::uint8_t protocol = wire::usbInterfaceProtocol;
    std::string productName = "FrameGate fixture board";
    std::string serial = "F653494D00000001";
};

/// The device descriptor and all that hangs on its one configuration.
Octets descriptorsOf(const DeviceIdentity& identity);

/// A fixture board as a USB device, whatever carries its requests: control and bulk requests come in, their
/// ends go out. Behind the bulk pipes runs the firmware's own code.
/// Thread-safe.
class BoardDevice {
public:
    explicit BoardDevice(DeviceIdentity identity = {});

    // The host controller's side.
    void submit(Urb urb);
    /// Whether the request was under way; then it ends as cancelled.
    bool discard(std::uintptr_t id);
    /// The next request that has ended.
    std::optional<UrbEnd> reap();
    void clearHalt(std::uint8_t endpoint);
    const DeviceIdentity& identity() const { return identity_; }

    // What a test does to it.
    /// From the \a after-th transfer on, the endpoint is in trouble.
    void happen(Mishap mishap, std::uint8_t endpoint, unsigned after = 0);
    /// A silent endpoint answers again.
    void recover(std::uint8_t endpoint);
    /// A request that is to be discarded completes just before.
    void completeAtDiscard();
    /// Puts bytes in the IN pipe, in packets, as one transfer of the device's.
    void queueIn(const Octets& bytes);
    /// The device leaves the bus; what is under way ends so.
    void unplug();

    // What a test sees of it.
    /// Waits until a request is under way on the endpoint, and a mishap to come has begun.
    void awaitRequest(std::uint8_t endpoint) { awaitRequests(endpoint, 1); }
    /// The same until there are \a count requests.
    void awaitRequests(std::uint8_t endpoint, std::ptrdiff_t count);
    std::size_t underWay() const;
    unsigned discards() const;
    unsigned linkResets() const;
    /// Waits until the host has asked for a restart.
    void awaitRestartRequest();
    bool attached() const;
    /// The whole transfers that came out of the OUT pipe; one that is not ended yet is not among them.
    std::vector<Octets> transfersOut() const;

private:
    struct Trouble {
        Mishap mishap = Mishap::Stall;
        unsigned transfersLeft = 0; ///< good ones before it
    };
    bool service(const Urb& urb);
    bool answer(const Urb& urb);
    bool serviceControl(const Urb& urb);
    bool serviceOut(const Urb& urb);
    bool serviceIn(const Urb& urb);
    std::optional<Octets> answerControl(const Urb& urb);
    void end(const Urb& urb, int status, std::size_t moved, Octets in = {});
    bool packetsReady();
    void putPackets(const Octets& bytes);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    const DeviceIdentity identity_;
    FakeBoard board_;
    std::deque<Urb> pending_;
    std::deque<UrbEnd> ended_;
    std::deque<Octets> packetsIn_;
    Octets transferOut_;
    std::vector<Octets> transfersOut_;
    std::map<std::uint8_t, Trouble> troubles_; ///< by endpoint
    bool attached_ = true;
    bool completeAtDiscard_ = false;
    unsigned discards_ = 0;
    unsigned linkResets_ = 0;
    bool restartAsked_ = false;
};

} // namespace framegate::test
