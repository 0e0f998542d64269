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
# three modules used here are found by their names.
add_library(framegate_opencv INTERFACE)
find_path(OPENCV_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
target_include_directories(framegate_opencv SYSTEM INTERFACE ${OPENCV_INCLUDE_DIR})
foreach(module core imgproc imgcodecs)
  find_library(OPENCV_${module}_LIBRARY opencv_${module} REQUIRED)
  target_link_libraries(framegate_opencv INTERFACE ${OPENCV_${module}_LIBRARY})
endforeach()

if(FRAMEGATE_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
