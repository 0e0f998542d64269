# SPDX-License-Identifier: GPL-3.0-or-later
# Warnings, sanitizers and the compiler cache.

set(FRAMEGATE_SANITIZER "" CACHE STRING "address (with undefined), thread, or empty")

option(FRAMEGATE_UNITY "Compile the sources of a library in batches: faster from nothing, slower after a change" OFF)
if(FRAMEGATE_UNITY)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON) # a batch holds what only shared objects need
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without these two the cache takes nothing that uses precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-fpch-preprocess)
  endif()
endif()

if(FRAMEGATE_SANITIZER STREQUAL address)
  # A null pointer or one beyond its object is found by AddressSanitizer all the same; these checks of every access take a
  # quarter of the time to compile. Where a wrong alignment would stop the chip, in firmware/, it is looked for.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,alignment,object-size -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(FRAMEGATE_SANITIZER STREQUAL thread)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(FRAMEGATE_SANITIZER)
  message(FATAL_ERROR "FRAMEGATE_SANITIZER: expected address, thread or nothing, got ${FRAMEGATE_SANITIZER}")
endif()

# Linking the test programs takes three times as long with the usual linker.
find_program(MOLD mold)
if(MOLD AND NOT CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT (CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12.1))
  add_link_options(-fuse-ld=mold)
endif()

# Machine paths stay out of the programs: __FILE__ and assertions name files from the root.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

add_library(framegate_warnings INTERFACE)
target_compile_options(framegate_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
# Whoever builds a release should not be stopped by what another compiler's version thinks of it.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(framegate_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # At -O3, GCC 12 takes "text" + std::string for an overlapping copy (GCC bug 105651).
  target_compile_options(framegate_warnings INTERFACE -Wno-restrict)
endif()
if(FRAMEGATE_UNITY)
  # Between sources that meet in no other build.
  target_compile_options(framegate_warnings INTERFACE -Wno-shadow -Wno-subobject-linkage)
endif()
if(FRAMEGATE_SANITIZER AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC 12 reports false positives of these two once sanitizers are in.
  target_compile_options(framegate_warnings INTERFACE -Wno-maybe-uninitialized -Wno-tsan)
endif()

# `tidy` checks every source of the project with clang-tidy; the list of checks is in .clang-tidy.
find_program(RUN_CLANG_TIDY NAMES run-clang-tidy-14 run-clang-tidy)
if(RUN_CLANG_TIDY)
  add_custom_target(tidy VERBATIM USES_TERMINAL
    COMMAND ${RUN_CLANG_TIDY} -quiet -p ${PROJECT_BINARY_DIR} "${PROJECT_SOURCE_DIR}/(app|firmware|reports)/.*\\.cpp$")
endif()
