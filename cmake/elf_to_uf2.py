#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the UF2 file of a pico-sdk program: elf_to_uf2.py rp2040|rp2350 PROGRAM.elf PROGRAM.uf2

What goes into memory comes from the ELF's program headers, by physical address, in pages of 256 bytes. An image
for the flash has every page from its first to its last, as the RP2040's boot ROM erases a sector when the first of
sixteen blocks arrives. For the RP2350 a block of the family "absolute" comes first, without which its first
revisions leave the last sector unerased (erratum RP2350-E10).
"""
import struct
import sys

PAGE = 256
FLASH, FLASH_END = 0x10000000, 0x14000000
FAMILIES = {"rp2040": 0xE48BFF56, "rp2350": 0xE48BFF59}
ABSOLUTE = 0xE48BFF57
FLAG_FAMILY, FLAG_EXTENSION = 0x2000, 0x8000
EXTENSION_IGNORE = 0x9957E304


def segments(elf):
    """Pairs of physical address and bytes."""
    if elf[:6] != b"\x7fELF\x01\x01" or struct.unpack_from("<H", elf, 18)[0] != 40:
        sys.exit("not an ELF file of a 32-bit ARM, little endian")
    table, = struct.unpack_from("<I", elf, 28)
    size, count = struct.unpack_from("<HH", elf, 42)
    for index in range(count):
        kind, offset, _, physical, in_file = struct.unpack_from("<IIIII", elf, table + index * size)
        if kind == 1 and in_file > 0:
            yield physical, elf[offset:offset + in_file]


def pages(elf):
    """The bytes by page address, in ascending order."""
    found = {}
    for address, content in segments(elf):
        for at, byte in enumerate(content, address):
            page = found.setdefault(at - at % PAGE, bytearray(PAGE))
            page[at % PAGE] = byte
    if not found:
        sys.exit("nothing to load")
    if FLASH <= min(found) < FLASH_END:
        for address in range(min(found), max(found), PAGE):
            found.setdefault(address, bytearray(PAGE))
    return sorted(found.items())


def block(flags, address, number, count, family, content, tail=b""):
    head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, flags, address, len(content), number, count, family)
    return head + (bytes(content) + tail).ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in FAMILIES:
        sys.exit(__doc__)
    with open(sys.argv[2], "rb") as file:
        found = pages(file.read())
    blocks = []
    if sys.argv[1] == "rp2350" and found[0][0] < FLASH_END:
        blocks.append(block(FLAG_FAMILY | FLAG_EXTENSION, FLASH + 0xFFFF00, 0, 2, ABSOLUTE, b"\xef" * PAGE,
                            struct.pack("<I", EXTENSION_IGNORE)))
    for number, (address, content) in enumerate(found):
        blocks.append(block(FLAG_FAMILY, address, number, len(found), FAMILIES[sys.argv[1]], content))
    with open(sys.argv[3], "wb") as file:
        file.write(b"".join(blocks))


main()
