// SPDX-License-Identifier: MIT
//
// A stand-in for the RP2040's boot ROM, written from the interface in the RP2040 datasheet (2.8): table of
// functions, start of the second stage from flash, restart through the watchdog's scratch registers. BOOTSEL
// is not there: where the ROM would enter it, BKPT 0xb0 stops the core.
#include <stddef.h>
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define SET(address) REGISTER((address) + 0x2000u)
#define CLEAR(address) REGISTER((address) + 0x3000u)

enum {
    resetsBase = 0x4000c000,
    ioQspiBase = 0x40018000,
    watchdogBase = 0x40058000,
    xipControlBase = 0x14000000,
    ssiBase = 0x18000000,
    flashBase = 0x10000000,
    secondStageAddress = 0x20041f00,
    secondStageBytes = 256,
};

#define SSI_CTRLR0 REGISTER(ssiBase + 0x00)
#define SSI_CTRLR1 REGISTER(ssiBase + 0x04)
#define SSI_ENABLE REGISTER(ssiBase + 0x08)
#define SSI_SELECT REGISTER(ssiBase + 0x10)
#define SSI_DIVISOR REGISTER(ssiBase + 0x14)
#define SSI_STATUS REGISTER(ssiBase + 0x28)
#define SSI_DATA REGISTER(ssiBase + 0x60)
#define SSI_SPI_CTRLR0 REGISTER(ssiBase + 0xf4)
#define CHIP_SELECT_CTRL (ioQspiBase + 0x0c)

static const uint32_t watchdogMagic = 0xb007c0d3;

void* romMemcpy(uint8_t* to, const uint8_t* from, uint32_t count) {
    uint8_t* start = to;
    if ((((uintptr_t)to | (uintptr_t)from) & 3) == 0) {
        for (; count >= 4; count -= 4, to += 4, from += 4)
            *(uint32_t*)to = *(const uint32_t*)from;
    }
    while (count--)
        *to++ = *from++;
    return start;
}

void* romMemset(uint8_t* to, uint8_t value, uint32_t count) {
    uint8_t* start = to;
    const uint32_t word = value * 0x01010101u;
    for (; count && ((uintptr_t)to & 3); count--)
        *to++ = value;
    for (; count >= 4; count -= 4, to += 4)
        *(uint32_t*)to = word;
    while (count--)
        *to++ = value;
    return start;
}

static uint32_t popcount32(uint32_t value) {
    uint32_t count = 0;
    for (; value; value &= value - 1)
        count++;
    return count;
}

static uint32_t clz32(uint32_t value) {
    uint32_t count = 0;
    for (; count < 32 && !(value & 0x80000000u); value <<= 1)
        count++;
    return count;
}

static uint32_t ctz32(uint32_t value) {
    uint32_t count = 0;
    for (; count < 32 && !(value & 1); value >>= 1)
        count++;
    return count;
}

static uint32_t reverse32(uint32_t value) {
    uint32_t result = 0;
    for (int bit = 0; bit < 32; bit++, value >>= 1)
        result = (result << 1) | (value & 1);
    return result;
}

/// Serial 8-bit transfers by hand.
static void connectInternalFlash(void) {
    CLEAR(resetsBase) = (1u << 6) | (1u << 9);
    for (uint32_t pin = 0; pin < 6; pin++)
        REGISTER(ioQspiBase + pin * 8 + 4) = 0;
    SSI_ENABLE = 0;
    SSI_DIVISOR = 6;
    SSI_CTRLR0 = 7u << 16;
    SSI_CTRLR1 = 0;
    SSI_SELECT = 1;
    SSI_ENABLE = 1;
}

static void forceChipSelect(uint32_t level) {
    const uint32_t old = REGISTER(CHIP_SELECT_CTRL);
    REGISTER(CHIP_SELECT_CTRL) = (old & ~0x300u) | ((2u + level) << 8);
}

static uint8_t exchange(uint8_t byte) {
    SSI_DATA = byte;
    while (!(SSI_STATUS & 8)) {
    }
    return (uint8_t)SSI_DATA;
}

static void flashCommand(uint8_t command) {
    forceChipSelect(0);
    exchange(command);
    forceChipSelect(1);
}

/// 0xff takes the flash out of continuous read.
static void flashExitXip(void) {
    connectInternalFlash();
    flashCommand(0xff);
    flashCommand(0xff);
}

/// A command with an address; chip select stays low.
static void beginAddressed(uint8_t command, uint32_t address) {
    forceChipSelect(0);
    exchange(command);
    exchange((uint8_t)(address >> 16));
    exchange((uint8_t)(address >> 8));
    exchange((uint8_t)address);
}

static void waitWhileBusy(void) {
    uint8_t status;
    do {
        forceChipSelect(0);
        exchange(0x05);
        status = exchange(0);
        forceChipSelect(1);
    } while (status & 1);
}

static void eraseOne(uint8_t command, uint32_t address) {
    flashCommand(0x06);
    beginAddressed(command, address);
    forceChipSelect(1);
    waitWhileBusy();
}

static void flashRangeErase(uint32_t address, uint32_t count, uint32_t blockBytes, uint8_t blockCommand) {
    const uint32_t end = address + count;
    while (address < end) {
        const int whole = (address & (blockBytes - 1)) == 0 && end - address >= blockBytes;
        eraseOne(whole ? blockCommand : 0x20, address);
        address += whole ? blockBytes : 4096;
    }
}

static void flashRangeProgram(uint32_t address, const uint8_t* bytes, uint32_t count) {
    for (; count; count -= 256, address += 256) {
        flashCommand(0x06);
        beginAddressed(0x02, address);
        for (uint32_t index = 0; index < 256; index++)
            exchange(*bytes++);
        forceChipSelect(1);
        waitWhileBusy();
    }
}

static void flashFlushCache(void) {
    REGISTER(xipControlBase + 4) = 1;
    CLEAR(CHIP_SELECT_CTRL) = 0x300;
}

/// Execution in place by plain 0x03 reads.
static void flashEnterCommandXip(void) {
    SSI_ENABLE = 0;
    SSI_CTRLR0 = (31u << 16) | (3u << 8);
    SSI_SPI_CTRLR0 = (0x03u << 24) | (2u << 8) | (6u << 2);
    SSI_ENABLE = 1;
}

static void stop0(void) {
    __asm volatile("bkpt #0xb0");
}

static void resetToUsbBoot(uint32_t activityMask, uint32_t disableMask) {
    (void)activityMask;
    (void)disableMask;
    stop0();
}

/// The ROM's own floating-point routines are not here: a firmware that calls one stops.
static void softFloat(void) {
    __asm volatile("bkpt #0xb2");
}

#define CODE(first, second) ((first) | ((second) << 8))
#define ENTRY(first, second, function)                                                                       \
    { CODE(first, second), (uintptr_t)(function) }

typedef struct {
    uint32_t code;
    uintptr_t value;
} Entry;

const Entry romFunctions[] = {
    ENTRY('P', '3', popcount32),
    ENTRY('R', '3', reverse32),
    ENTRY('L', '3', clz32),
    ENTRY('T', '3', ctz32),
    ENTRY('M', 'S', romMemset),
    ENTRY('S', '4', romMemset),
    ENTRY('M', 'C', romMemcpy),
    ENTRY('C', '4', romMemcpy),
    ENTRY('U', 'B', resetToUsbBoot),
    ENTRY('I', 'F', connectInternalFlash),
    ENTRY('E', 'X', flashExitXip),
    ENTRY('R', 'E', flashRangeErase),
    ENTRY('R', 'P', flashRangeProgram),
    ENTRY('F', 'C', flashFlushCache),
    ENTRY('C', 'X', flashEnterCommandXip),
    {0, 0},
};

#define FOUR(x) x, x, x, x
#define THIRTY_TWO(x) FOUR(x), FOUR(x), FOUR(x), FOUR(x), FOUR(x), FOUR(x), FOUR(x), FOUR(x)

/// The word before a table of routines says its length in words.
static const struct {
    uint16_t padding;
    uint16_t words;
    uintptr_t routines[32];
} floatTable = {0, 32, {THIRTY_TWO((uintptr_t)softFloat)}};

const Entry romData[] = {
    ENTRY('S', 'F', floatTable.routines),
    ENTRY('S', 'D', floatTable.routines),
    {0, 0},
};

uintptr_t romLookup(const Entry* table, uint32_t code) {
    for (; table->code; table++) {
        if (table->code == code) return table->value;
    }
    return 0;
}

/// CRC-32/MPEG-2, as over the second stage's first 252 bytes.
static uint32_t secondStageSum(const uint8_t* bytes) {
    uint32_t sum = 0xffffffff;
    for (int index = 0; index < secondStageBytes - 4; index++) {
        sum ^= (uint32_t)bytes[index] << 24;
        for (int bit = 0; bit < 8; bit++)
            sum = sum & 0x80000000u ? (sum << 1) ^ 0x04c11db7u : sum << 1;
    }
    return sum;
}

static _Noreturn void jump(uint32_t entry, uint32_t stack) {
    __asm volatile("msr msp, %1\n movs r1, #0\n mov lr, r1\n bx %0"
                   :
                   : "l"(entry | 1), "l"(stack)
                   : "r1", "memory");
    __builtin_unreachable();
}

static void restartThroughWatchdog(void) {
    const volatile uint32_t* scratch = (const volatile uint32_t*)(watchdogBase + 0x0c);
    if (scratch[4] != watchdogMagic || (scratch[5] ^ scratch[7]) != -watchdogMagic) return;
    const uint32_t entry = scratch[7];
    REGISTER(watchdogBase + 0x0c + 16) = 0;
    jump(entry, scratch[6]);
}

_Noreturn void romReset(void) {
    restartThroughWatchdog();
    flashExitXip();
    CLEAR(CHIP_SELECT_CTRL) = 0x300;
    flashEnterCommandXip();
    uint8_t* stage = (uint8_t*)secondStageAddress;
    romMemcpy(stage, (const uint8_t*)flashBase, secondStageBytes);
    if (secondStageSum(stage) != *(const uint32_t*)(stage + secondStageBytes - 4))
        __asm volatile("bkpt #0xb1");
    jump(secondStageAddress, secondStageAddress);
}

_Noreturn void romFault(void) {
    for (;;)
        __asm volatile("bkpt #0xbf");
}
