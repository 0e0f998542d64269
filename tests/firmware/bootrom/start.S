// SPDX-License-Identifier: MIT
//
// What stands at fixed addresses of the boot ROM (RP2040 datasheet 2.8.3).
    .syntax unified
    .cpu cortex-m0plus
    .section .start, "a"
    .word 0x20041f00 // the stack grows down from the second stage
    .word romReset + 1
    .word romFault + 1
    .word romFault + 1
    .byte 'M', 'u', 1, 3
    .hword romFunctions
    .hword romData
    .hword romLookup + 1
