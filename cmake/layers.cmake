# SPDX-License-Identifier: GPL-3.0-or-later
#
# The one way to declare a library, and the check that keeps the layers apart.
#
#   framegate_library(NAME jpeg LAYER 2 LINKS base domain PUBLIC_LINKS … PRIVATE_LINKS JPEG::JPEG)
#
# LINKS           libraries of this project, by name; each must be of a lower layer
# PUBLIC_LINKS    third-party targets that the library's headers show
# PRIVATE_LINKS   third-party targets that only its sources see
#
# Sources and headers are the *.cpp and *.h of the library's folder. framegate_check_layers(), called
# once at the end, looks at what is really linked and really included, however it was declared.

include_guard(GLOBAL)

set(FRAMEGATE_INCLUDE_ROOT_firmware ${PROJECT_SOURCE_DIR}/firmware)
set(FRAMEGATE_INCLUDE_ROOT_app ${PROJECT_SOURCE_DIR}/app)

function(framegate_library)
  cmake_parse_arguments(ARG "" "NAME;LAYER;ROOT" "LINKS;PUBLIC_LINKS;PRIVATE_LINKS" ${ARGN})
  if(NOT DEFINED ARG_NAME OR NOT DEFINED ARG_LAYER)
    message(FATAL_ERROR "framegate_library: NAME and LAYER are required")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR PARENT_PATH root)
  set(target framegate_${ARG_NAME})
  list(TRANSFORM ARG_LINKS PREPEND framegate:: OUTPUT_VARIABLE links)
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE ${ARG_PRIVATE_LINKS} framegate_warnings)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS ${root} FILES ${headers})
  target_link_libraries(${target} ${scope} ${links} ${ARG_PUBLIC_LINKS})
  add_library(framegate::${ARG_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES
    FRAMEGATE_NAME ${ARG_NAME} FRAMEGATE_LAYER ${ARG_LAYER} VERIFY_INTERFACE_HEADER_SETS ON)
  set_property(GLOBAL APPEND PROPERTY FRAMEGATE_LIBRARIES ${target})
endfunction()

# Third-party libraries that only one or a few libraries may link (docs/architecture.md).
set(FRAMEGATE_OWNED_BY_LibUsb::LibUsb usb)
set(FRAMEGATE_OWNED_BY_JPEG::JPEG jpeg sim simulation)
set(FRAMEGATE_OWNED_BY_framegate_opencv imaging simulation)
set(FRAMEGATE_OWNED_BY_tomlplusplus::tomlplusplus config)
set(FRAMEGATE_OWNED_BY_Qt6::Sql records)
set(FRAMEGATE_OWNED_BY_Qt6::Network station)
set(FRAMEGATE_OWNED_BY_Qt6::Widgets gui reports)
set(FRAMEGATE_OWNED_BY_CLI11::CLI11 cli)

function(_framegate_check_link name layer link)
  if(TARGET ${link})
    get_target_property(aliased ${link} ALIASED_TARGET)
    if(aliased)
      set(link ${aliased})
    endif()
    get_target_property(link_layer ${link} FRAMEGATE_LAYER)
    if(NOT link_layer MATCHES "NOTFOUND")
      get_target_property(link_name ${link} FRAMEGATE_NAME)
      if(NOT link_layer LESS layer)
        message(FATAL_ERROR
          "layer check: ${name} (layer ${layer}) links ${link_name} (layer ${link_layer}); "
          "a library links only to libraries of a lower layer")
      endif()
      return()
    endif()
  elseif(link MATCHES "^framegate")
    message(FATAL_ERROR "layer check: ${name} links ${link}, which no framegate_library() declares")
  endif()
  if(DEFINED FRAMEGATE_OWNED_BY_${link} AND NOT name IN_LIST FRAMEGATE_OWNED_BY_${link})
    message(FATAL_ERROR
      "layer check: ${name} links ${link}, which is private to: ${FRAMEGATE_OWNED_BY_${link}}")
  endif()
endfunction()

# A quoted include names its module first: "module/file.h". The module must be the library itself or
# one of a lower layer, so that a header-only use cannot slip past the link check.
function(_framegate_check_includes target name layer layer_names)
  get_target_property(folder ${target} SOURCE_DIR)
  file(GLOB files ${folder}/*.cpp ${folder}/*.h)
  foreach(file IN LISTS files)
    file(STRINGS ${file} lines REGEX "^#include \"[a-z_]+/")
    foreach(line IN LISTS lines)
      string(REGEX REPLACE "^#include \"([a-z_]+)/.*" "\\1" module "${line}")
      get_property(module_layer GLOBAL PROPERTY FRAMEGATE_LAYER_OF_${module})
      if(module STREQUAL name)
        continue()
      endif()
      if("${module_layer}" STREQUAL "")
        message(FATAL_ERROR "layer check: ${file} includes ${module}/, which is no declared library")
      endif()
      if(NOT module_layer LESS layer)
        message(FATAL_ERROR
          "layer check: ${file} of ${name} (layer ${layer}) includes ${module}/ (layer ${module_layer})")
      endif()
    endforeach()
  endforeach()
endfunction()

function(framegate_check_layers)
  get_property(libraries GLOBAL PROPERTY FRAMEGATE_LIBRARIES)
  foreach(target IN LISTS libraries)
    get_target_property(name ${target} FRAMEGATE_NAME)
    get_target_property(layer ${target} FRAMEGATE_LAYER)
    set_property(GLOBAL PROPERTY FRAMEGATE_LAYER_OF_${name} ${layer})
  endforeach()
  foreach(target IN LISTS libraries)
    get_target_property(name ${target} FRAMEGATE_NAME)
    get_target_property(layer ${target} FRAMEGATE_LAYER)
    get_target_property(type ${target} TYPE)
    set(links)
    get_target_property(interface_links ${target} INTERFACE_LINK_LIBRARIES)
    if(interface_links)
      list(APPEND links ${interface_links})
    endif()
    if(NOT type STREQUAL INTERFACE_LIBRARY)
      get_target_property(private_links ${target} LINK_LIBRARIES)
      if(private_links)
        list(APPEND links ${private_links})
      endif()
    endif()
    foreach(link IN LISTS links)
      string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" link "${link}")
      if(NOT link MATCHES "^\\$<" AND NOT link STREQUAL framegate_warnings)
        _framegate_check_link(${name} ${layer} ${link})
      endif()
    endforeach()
    _framegate_check_includes(${target} ${name} ${layer} "")
  endforeach()
endfunction()
