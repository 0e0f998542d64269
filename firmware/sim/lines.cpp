// SPDX-License-Identifier: MIT
#include "sim/lines.h"

#include "sim/random.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace framegate::sim {
namespace {

using firmware::Drive;
using wire::Line;

constexpr double logicVolts = 3.3; // of the board's own I/O
constexpr double diodeVolts = 0.6;
constexpr double diodeOhm = 20;
constexpr double wireOhm = 0.1;
constexpr double shortOhm = 0.5;
constexpr double groundOhm = 0.05;
constexpr double selectPullOhm = 1e6; // leakage that keeps an open chip select high; assumption
constexpr double idleLoadOhm = 2000;  // of a module below the voltage at which its regulators start
constexpr double loadStarts = 1.8;    // volts
constexpr double supplyOhm = 0.3;
constexpr double limitAmps = 1.0;     // of the fixture's supply switch
constexpr double dischargeOhm = 1000; // of that switch when off
constexpr double leastSupply = 2.4;   // volts at which ArduChip and sensor run
constexpr double leakage = 1e-9;      // Siemens at every node, so that none floats
constexpr double millionth = 1e-6;

// Nodes: the board's ends of the wires, the module's, then these. The board's ground is no node.
constexpr std::size_t wires = wire::lineCount;
constexpr std::size_t rail = 2 * wires;
constexpr std::size_t moduleVcc = rail + 1;
constexpr std::size_t moduleGnd = rail + 2;
constexpr std::size_t nodes = rail + 3;
constexpr std::size_t ground = nodes;

std::size_t moduleNode(Pin pin) {
    if (pin == Pin::Vcc) return moduleVcc;
    if (pin == Pin::Gnd) return moduleGnd;
    return wires + static_cast<std::size_t>(pin);
}

constexpr std::size_t at(Line line) {
    return static_cast<std::size_t>(line);
}

} // namespace

/// Node voltages by Gauss' elimination. A diode conducts or not: Murty's rule, the lowest one that is wrong
/// is turned over, comes to an end for every network of resistors.
class Lines::Network {
public:
    void resistor(std::size_t a, std::size_t b, double ohm) { conductance(a, b, 1 / ohm); }
    /// A source of \a volts behind \a ohm.
    void source(std::size_t a, double volts, double ohm) {
        conductance(a, ground, 1 / ohm);
        inject(a, volts / ohm);
    }
    void inject(std::size_t a, double amps) { injected_[a] += amps; }
    /// Conducts from \a a to \a b beyond \a volts.
    void diode(std::size_t a, std::size_t b, double volts, double ohm, bool conductsAtFirst = false) {
        diodes_.push_back({a, b, volts, ohm, conductsAtFirst});
    }
    void solve() {
        for (unsigned round = 0; round < 500; ++round) {
            eliminate();
            const auto wrong = std::find_if(diodes_.begin(), diodes_.end(),
                                            [this](const Diode& d) { return over(d) != d.conducts; });
            if (wrong == diodes_.end()) return;
            wrong->conducts = !wrong->conducts;
        }
    }
    double volts(std::size_t node) const { return node == ground ? 0 : volts_[node]; }
    /// Through the diode added as number \a index.
    double diodeAmps(std::size_t index) const {
        const auto& d = diodes_[index];
        return d.conducts ? (volts(d.a) - volts(d.b) - d.volts) / d.ohm : 0;
    }
    /// Ohm seen from \a node with every diode as it is.
    double seenFrom(std::size_t node) {
        const double before = volts_[node];
        inject(node, millionth);
        eliminate();
        const double ohm = (volts_[node] - before) / millionth;
        inject(node, -millionth);
        eliminate();
        return ohm;
    }

private:
    struct Diode {
        std::size_t a;
        std::size_t b;
        double volts;
        double ohm;
        bool conducts;
    };
    using Row = std::array<double, nodes + 1>;
    using Matrix = std::array<Row, nodes>;

    static void stamp(Matrix& m, std::size_t a, std::size_t b, double siemens) {
        if (a != ground) m[a][a] += siemens;
        if (b != ground) m[b][b] += siemens;
        if (a == ground || b == ground) return;
        m[a][b] -= siemens;
        m[b][a] -= siemens;
    }
    void conductance(std::size_t a, std::size_t b, double siemens) { stamp(matrix_, a, b, siemens); }
    bool over(const Diode& d) const { return volts(d.a) - volts(d.b) > d.volts; }

    void eliminate() {
        Matrix m = matrix_;
        for (std::size_t i = 0; i < nodes; ++i) {
            m[i][i] += leakage;
            m[i][nodes] = injected_[i];
        }
        for (const auto& d : diodes_) {
            if (!d.conducts) continue;
            stamp(m, d.a, d.b, 1 / d.ohm);
            if (d.a != ground) m[d.a][nodes] += d.volts / d.ohm;
            if (d.b != ground) m[d.b][nodes] -= d.volts / d.ohm;
        }
        // Symmetric and positive definite: no pivoting is needed.
        for (std::size_t i = 0; i < nodes; ++i)
            for (std::size_t j = i + 1; j < nodes; ++j) {
                const double factor = m[j][i] / m[i][i];
                if (factor == 0) continue;
                for (std::size_t k = i; k <= nodes; ++k)
                    m[j][k] -= factor * m[i][k];
            }
        for (std::size_t i = nodes; i-- > 0;) {
            double sum = m[i][nodes];
            for (std::size_t k = i + 1; k < nodes; ++k)
                sum -= m[i][k] * volts_[k];
            volts_[i] = sum / m[i][i];
        }
    }

    Matrix matrix_{};
    std::array<double, nodes> injected_{};
    std::array<double, nodes> volts_{};
    std::vector<Diode> diodes_;
};

namespace {

constexpr std::size_t supplyDiode = 0; // the first one added

} // namespace

LineDrives busesAtRest() {
    return {Drive::High, Drive::Low, Drive::Low, Drive::PullUp, Drive::PullUp, Drive::PullUp};
}

Lines::Lines(const Faults& faults, std::uint64_t seed, double activeAmps, double standbyAmps)
    : faults_(faults) {
    Random random(seed ^ 0x11e5ULL);
    const auto around = [&random](double value, double share) {
        return value * (1 + share * std::clamp(random.normal(), -3.0, 3.0));
    };
    spread_.pull = random.between(50e3, 80e3);
    spread_.driver = around(40, 0.05);
    spread_.busPullUp = around(4700, 0.01);
    spread_.output = around(60, 0.05);
    spread_.pinFarad = around(25e-12, 0.05); // GPIO, socket and cable
    spread_.moduleFarad = around(10e-12, 0.05);
    spread_.railVolt = around(3.3, 0.003);
    const double current = around(1, 0.04);
    spread_.activeAmps = activeAmps * current;
    spread_.standbyAmps = standbyAmps * current;
    whole_ = !faults_.absent && faults_.openPins == 0 && faults_.shorts.empty();
    if (whole_) return;
    auto drives = busesAtRest();
    deselects_ = settled(drives, {}).module(Line::Cs);
    drives[at(Line::Cs)] = Drive::Low;
    powered_ = !faults_.absent && settled(drives, {}).moduleSupply >= leastSupply;
    judgeI2c();
}

void Lines::addBoard(Network& network, const LineDrives& drives, const ModuleState& state) const {
    // Below its limit the supply is a voltage behind a resistor: what flows back through the diode is what
    // the limit's current is not needed for.
    network.diode(rail, ground, spread_.railVolt - supplyOhm * limitAmps, supplyOhm, state.supplied);
    if (state.supplied)
        network.inject(rail, limitAmps);
    else
        network.resistor(rail, ground, dischargeOhm);
    for (std::size_t i = 0; i < wires; ++i) {
        if (drives[i] == Drive::PullUp) network.source(i, logicVolts, spread_.pull);
        if (drives[i] == Drive::PullDown) network.source(i, 0, spread_.pull);
        if (drives[i] == Drive::High) network.source(i, logicVolts, spread_.driver);
        if (drives[i] == Drive::Low) network.source(i, 0, spread_.driver);
    }
}

void Lines::addModule(Network& network, const ModuleState& state) const {
    const double amps = state.standby ? spread_.standbyAmps : spread_.activeAmps;
    network.resistor(moduleVcc, moduleGnd, idleLoadOhm);
    network.diode(moduleVcc, moduleGnd, loadStarts, (logicVolts - loadStarts) / amps, state.supplied);
    network.resistor(moduleNode(Pin::Sda), moduleVcc, spread_.busPullUp);
    network.resistor(moduleNode(Pin::Scl), moduleVcc, spread_.busPullUp);
    network.resistor(moduleNode(Pin::Cs), moduleVcc, selectPullOhm);
    for (std::size_t i = wires; i < 2 * wires; ++i) {
        network.diode(i, moduleVcc, diodeVolts, diodeOhm);
        network.diode(moduleGnd, i, diodeVolts, diodeOhm);
    }
    if (state.misoDriven)
        network.resistor(moduleNode(Pin::Miso), *state.misoDriven ? moduleVcc : moduleGnd, spread_.output);
    if (state.sdaLow) network.resistor(moduleNode(Pin::Sda), moduleGnd, spread_.output);
}

void Lines::addWires(Network& network) const {
    for (std::size_t i = 0; i < wires; ++i)
        if (!faults_.open(static_cast<Pin>(i))) network.resistor(i, wires + i, wireOhm);
    if (!faults_.open(Pin::Vcc)) network.resistor(rail, moduleVcc, wireOhm);
    if (!faults_.open(Pin::Gnd)) network.resistor(moduleGnd, ground, groundOhm);
    for (const auto& pair : faults_.shorts)
        network.resistor(moduleNode(pair.first), moduleNode(pair.second), shortOhm);
}

void Lines::build(Network& network, const LineDrives& drives, const ModuleState& state) const {
    addBoard(network, drives, state);
    if (faults_.absent) return;
    addModule(network, state);
    addWires(network);
}

LineVolts Lines::settled(const LineDrives& drives, const ModuleState& state) const {
    Network network;
    build(network, drives, state);
    network.solve();
    LineVolts volts;
    for (std::size_t i = 0; i < wires; ++i) {
        volts.atBoard[i] = network.volts(i);
        volts.atModule[i] = network.volts(wires + i) - network.volts(moduleGnd);
    }
    volts.rail = network.volts(rail);
    volts.railAmps = state.supplied ? limitAmps - network.diodeAmps(supplyDiode) : 0;
    volts.moduleSupply = network.volts(moduleVcc) - network.volts(moduleGnd);
    return volts;
}

std::optional<double> Lines::riseNs(Line line, LineDrives drives, const ModuleState& state) const {
    drives[at(line)] = Drive::Low;
    const double from = settled(drives, state).atBoard[at(line)];
    drives[at(line)] = Drive::PullUp;
    Network network;
    build(network, drives, state);
    network.solve();
    const double to = network.volts(at(line));
    if (!LineVolts::high(to)) return std::nullopt;
    if (LineVolts::high(from)) return 0;
    constexpr double threshold = 1.5;
    const bool joined = !faults_.absent && !faults_.open(static_cast<Pin>(line));
    const double farad = spread_.pinFarad + (joined ? spread_.moduleFarad : 0);
    return 1e9 * network.seenFrom(at(line)) * farad * std::log((to - from) / (to - threshold));
}

Lines::SpiBit Lines::spiBit(bool mosi, std::optional<bool> miso) const {
    auto& kept = bits_[(mosi ? 3U : 0U) + (miso ? (*miso ? 2U : 1U) : 0U)];
    if (kept) return *kept;
    auto drives = busesAtRest();
    drives[at(Line::Cs)] = Drive::Low;
    drives[at(Line::Mosi)] = mosi ? Drive::High : Drive::Low;
    ModuleState state;
    state.misoDriven = miso;
    const auto low = settled(drives, state);
    drives[at(Line::Sck)] = Drive::High;
    const auto high = settled(drives, state);
    kept = SpiBit{!low.module(Line::Cs) && !high.module(Line::Cs),
                  !low.module(Line::Sck) && high.module(Line::Sck), high.module(Line::Mosi),
                  high.board(Line::Miso)};
    return *kept;
}

void Lines::judgeI2c() {
    auto drives = busesAtRest();
    const auto rest = settled(drives, {});
    ModuleState acknowledging;
    acknowledging.sdaLow = true;
    const auto acknowledged = settled(drives, acknowledging);
    drives[at(Line::Sda)] = Drive::Low;
    const auto start = settled(drives, {});
    drives[at(Line::Sda)] = Drive::PullUp;
    drives[at(Line::Scl)] = Drive::Low;
    const auto clock = settled(drives, {});
    i2cStuck_ = !rest.board(Line::Sda) || !rest.board(Line::Scl) || !start.board(Line::Scl);
    i2cReaches_ = powered_ && !i2cStuck_ && rest.module(Line::Sda) && rest.module(Line::Scl) &&
                  !start.module(Line::Sda) && start.module(Line::Scl) && !clock.module(Line::Scl) &&
                  !acknowledged.board(Line::Sda);
}

} // namespace framegate::sim
