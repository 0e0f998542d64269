# SPDX-License-Identifier: GPL-3.0-or-later
#
# Finds the pico-sdk: PICO_SDK_PATH (variable or environment), what `packaging/test.sh --setup` fetched, or
# what the distribution installed. Included before project(), as it chooses the compiler.

if(NOT PICO_SDK_PATH AND NOT "$ENV{PICO_SDK_PATH}" STREQUAL "")
  set(PICO_SDK_PATH $ENV{PICO_SDK_PATH})
endif()
if(NOT PICO_SDK_PATH)
  find_path(PICO_SDK_PATH pico_sdk_init.cmake NO_DEFAULT_PATH
    PATHS ${CMAKE_CURRENT_SOURCE_DIR}/build/pico-sdk/usr/src/pico-sdk /usr/src/pico-sdk)
endif()
if(NOT EXISTS ${PICO_SDK_PATH}/pico_sdk_init.cmake)
  message(FATAL_ERROR "No pico-sdk: run packaging/test.sh --setup, or set PICO_SDK_PATH to a pico-sdk 2.1 with its TinyUSB")
endif()
set(PICO_NO_PICOTOOL ON) # only for .uf2 files, which FrameGate makes itself
include(${PICO_SDK_PATH}/pico_sdk_init.cmake)

# Writes PROGRAM.uf2 beside the program.
function(framegate_add_uf2 program)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(chip rp2040)
  if(PICO_RP2350)
    set(chip rp2350)
  endif()
  set(script ${PROJECT_SOURCE_DIR}/cmake/elf_to_uf2.py)
  set_property(TARGET ${program} APPEND PROPERTY LINK_DEPENDS ${script})
  add_custom_command(TARGET ${program} POST_BUILD VERBATIM
    COMMAND ${Python3_EXECUTABLE} ${script} ${chip} $<TARGET_FILE:${program}>
      $<TARGET_FILE_DIR:${program}>/${program}.uf2)
endfunction()
