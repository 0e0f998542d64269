#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the pictures that standalone_capture sends to files: receive_pictures.py PORT FOLDER

PORT is a serial port that is set to 921,600 baud, raw (stty -F PORT 921600 raw), a file, or - for standard input.
Ends with a round, or with its input. Exit status 0 if all pictures of it were good, else 1.
"""
import os
import struct
import sys
import zlib

FAULTS = ("none", "no module", "SPI scratch", "sensor silent", "I2C stuck", "wrong sensor", "capture timeout",
          "FIFO empty", "FIFO short", "FIFO long", "FIFO full", "no picture", "other size", "unended", "not settled")


class Ended(Exception):
    pass


def take(stream, count):
    data = b""
    while len(data) < count:
        part = stream.read(count - len(data))
        if not part:
            raise Ended
        data += part
    return data


def next_record(stream):
    """The tag of the next record; whatever stands before it is skipped."""
    seen = b""
    while seen not in (b"FGPC", b"FGRD"):
        seen = (seen + take(stream, 1))[-4:]
    return seen


def picture(stream, folder):
    name = take(stream, take(stream, 1)[0]).decode("ascii", "replace")
    width, height = struct.unpack("<HH", take(stream, 4))
    data = b""
    while True:
        (count,) = struct.unpack("<H", take(stream, 2))
        if count == 0:
            break
        data += take(stream, count)
    fault, length, crc = struct.unpack("<BII", take(stream, 9))
    label = f"{name} {width}x{height}"
    if fault:
        print(f"{label}: {FAULTS[fault] if fault < len(FAULTS) else fault}")
        return False
    if len(data) != length or zlib.crc32(data) != crc:
        print(f"{label}: damaged on the way")
        return False
    path = os.path.join(folder, f"{name}_{width}x{height}.jpg")
    with open(path, "wb") as file:
        file.write(data)
    print(f"{label}: {length} bytes in {path}")
    return True


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    stream = sys.stdin.buffer if sys.argv[1] == "-" else open(sys.argv[1], "rb", buffering=0)
    os.makedirs(sys.argv[2], exist_ok=True)
    good = True
    try:
        while True:
            if next_record(stream) == b"FGRD":
                _, bad = struct.unpack("<HH", take(stream, 4))
                return 0 if good and bad == 0 else 1
            good = picture(stream, sys.argv[2]) and good
    except Ended:
        print("the input ended before the round did")
        return 1


if __name__ == "__main__":
    sys.exit(main())
