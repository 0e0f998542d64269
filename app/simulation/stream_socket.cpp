// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/stream_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace framegate::simulation {
namespace {

constexpr int waitingConnections = 16;

bool wouldWait() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

} // namespace

StreamSocket::~StreamSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::pair<StreamSocket, StreamSocket>> StreamSocket::pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return failure(ErrorKind::Usb, "USBIP_SOCKETS",
                       fmt::format("making a pair of sockets for a board: {}", std::strerror(errno)));
    return std::pair(StreamSocket(ends[0]), StreamSocket(ends[1]));
}

Result<StreamSocket> StreamSocket::listenOn(std::uint16_t port) {
    StreamSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int yes = 1;
    const auto address = loopback(port);
    const bool listens =
        socket && ::setsockopt(socket.descriptor_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        ::bind(socket.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::listen(socket.descriptor_, waitingConnections) == 0;
    if (listens) return socket;
    return failure(
        ErrorKind::Usb, "USBIP_PORT",
        fmt::format("listening on 127.0.0.1 port {}: {}; another port: --port", port, std::strerror(errno)));
}

std::uint16_t StreamSocket::localPort() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.sin_port);
}

StreamSocket StreamSocket::accept() const {
    StreamSocket socket(::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    const int yes = 1;
    if (socket) (void)::setsockopt(socket.descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return socket;
}

bool StreamSocket::take(Octets& to, std::size_t limit) const {
    std::array<std::uint8_t, 16384> buffer;
    while (limit > 0) {
        const auto got = ::recv(descriptor_, buffer.data(), std::min(limit, buffer.size()), 0);
        if (got < 0) return wouldWait();
        if (got == 0) return false;
        to.insert(to.end(), buffer.begin(), buffer.begin() + got);
        limit -= static_cast<std::size_t>(got);
    }
    return true;
}

bool StreamSocket::give(Octets& bytes) const {
    std::size_t sent = 0;
    bool there = true;
    while (there && sent < bytes.size()) {
        const auto went = ::send(descriptor_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (went < 0 && wouldWait()) break;
        there = went > 0;
        if (there) sent += static_cast<std::size_t>(went);
    }
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(sent));
    return there;
}

} // namespace framegate::simulation
