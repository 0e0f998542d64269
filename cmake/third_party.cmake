# SPDX-License-Identifier: GPL-3.0-or-later
# Third-party libraries, all from the distribution's packages.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(LIBUSB REQUIRED IMPORTED_TARGET libusb-1.0)
add_library(LibUsb::LibUsb ALIAS PkgConfig::LIBUSB)

set(qt_components Core Gui Sql)
if(FRAMEGATE_GUI)
  list(APPEND qt_components Widgets)
endif()
find_package(Qt6 REQUIRED COMPONENTS ${qt_components})
add_compile_definitions(QT_NO_KEYWORDS) # "slots" is a word of ours

# OpenCV's own CMake package comes only with libopencv-dev, which drags in some 200 packages; the
# modules used here are found by their names. framegate_opencv_codecs is for tests: it loads GDAL and a hundred libraries more.
find_path(OPENCV_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
function(framegate_opencv_target name)
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE ${OPENCV_INCLUDE_DIR})
  foreach(module ${ARGN})
    find_library(OPENCV_${module}_LIBRARY opencv_${module} REQUIRED)
    target_link_libraries(${name} INTERFACE ${OPENCV_${module}_LIBRARY})
  endforeach()
endfunction()
framegate_opencv_target(framegate_opencv core imgproc)

if(FRAMEGATE_TESTS)
  framegate_opencv_target(framegate_opencv_codecs core imgproc imgcodecs)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
