// SPDX-License-Identifier: MIT
#include "pico/board_id.h"

#include <pico.h>
#include <pico/bootrom.h>
#include <pico/unique_id.h>

#include <algorithm>
#include <cstddef>

#if PICO_RP2040 && PICO_NO_FLASH
#include <hardware/structs/ioqspi.h>
#include <hardware/structs/ssi.h>
#include <hardware/sync.h>
#endif

namespace framegate::firmware {
namespace {

using BoardId = std::array<std::uint8_t, 8>;

#if PICO_RP2040 && PICO_NO_FLASH

// The SDK does not read the flash from programs that run in RAM. Here nobody else uses it.

void forceChipSelect(bool high) {
    const auto value =
        high ? IO_QSPI_GPIO_QSPI_SS_CTRL_OUTOVER_VALUE_HIGH : IO_QSPI_GPIO_QSPI_SS_CTRL_OUTOVER_VALUE_LOW;
    hw_write_masked(&io_qspi_hw->io[1].ctrl, value << IO_QSPI_GPIO_QSPI_SS_CTRL_OUTOVER_LSB,
                    IO_QSPI_GPIO_QSPI_SS_CTRL_OUTOVER_BITS);
}

std::uint8_t exchange(std::uint8_t byte) {
    ssi_hw->dr0 = byte;
    while ((ssi_hw->sr & SSI_SR_RFNE_BITS) == 0) {
    }
    return static_cast<std::uint8_t>(ssi_hw->dr0);
}

void callRom(std::uint32_t code) {
    reinterpret_cast<void (*)()>(rom_func_lookup(code))();
}

BoardId readBoardId() {
    constexpr std::uint8_t readUniqueId = 0x4B;
    constexpr unsigned dummyBytes = 4;
    callRom(ROM_FUNC_CONNECT_INTERNAL_FLASH);
    callRom(ROM_FUNC_FLASH_EXIT_XIP);
    BoardId id{};
    forceChipSelect(false);
    exchange(readUniqueId);
    for (unsigned i = 0; i < dummyBytes; ++i)
        exchange(0);
    for (auto& byte : id)
        byte = exchange(0);
    forceChipSelect(true);
    callRom(ROM_FUNC_FLASH_FLUSH_CACHE); // lets go of chip select, too
    callRom(ROM_FUNC_FLASH_ENTER_CMD_XIP);
    return id;
}

#else

BoardId readBoardId() {
    pico_unique_board_id_t id;
    pico_get_unique_board_id(&id);
    static_assert(sizeof id.id == sizeof(BoardId));
    BoardId bytes;
    std::copy(std::begin(id.id), std::end(id.id), bytes.begin());
    return bytes;
}

#endif

std::array<char, 2 * sizeof(BoardId) + 1> asText(const BoardId& id) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::array<char, 2 * sizeof(BoardId) + 1> text{};
    for (std::size_t i = 0; i < id.size(); ++i) {
        text[2 * i] = digits[id[i] >> 4];
        text[2 * i + 1] = digits[id[i] & 0xF];
    }
    return text;
}

} // namespace

const BoardId& boardId() {
    static const BoardId id = readBoardId();
    return id;
}

const char* boardIdText() {
    static const auto text = asText(boardId());
    return text.data();
}

} // namespace framegate::firmware
