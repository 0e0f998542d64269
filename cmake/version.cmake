# SPDX-License-Identifier: GPL-3.0-or-later
# version+git hash, as records name the software.

execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE FRAMEGATE_GIT_HASH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT FRAMEGATE_GIT_HASH)
  set(FRAMEGATE_GIT_HASH unknown)
endif()
