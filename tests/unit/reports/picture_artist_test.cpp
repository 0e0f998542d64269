// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/picture_artist.h"

#include "fonts.h"
#include "reports/picture_drawing.h"

#include <QBuffer>
#include <QColor>
#include <QFont>
#include <QImage>
#include <QPainter>
#include <QPointF>
#include <QString>
#include <gtest/gtest.h>

namespace framegate {
namespace {

QImage imageOf(const std::vector<std::byte>& png) {
    return QImage::fromData(reinterpret_cast<const uchar*>(png.data()), static_cast<int>(png.size()));
}

DecodedPicture greyPicture(int width = 1600, int height = 1200) {
    const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    return {{static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height)},
            std::vector<std::uint8_t>(3 * pixels, 150)};
}

QImage drawn(const FieldMarks& marks, int width) {
    needFonts();
    const auto png = annotatedField(greyPicture(), marks, width);
    EXPECT_TRUE(png);
    return png ? imageOf(*png) : QImage();
}

bool differs(const QImage& image, int x, int y) {
    for (int i = -3; i <= 3; ++i)
        for (int j = -3; j <= 3; ++j)
            if (image.pixelColor(x + i, y + j) != QColor(150, 150, 150)) return true;
    return false;
}

TEST(AnnotatedField, SinglePixel_HasARingThatCanBeSeen) {
    FieldMarks marks;
    marks.size = {1600, 1200};
    marks.pixels = {{{800, 600}, 1, {}}};
    const auto image = drawn(marks, 1024);
    EXPECT_EQ(image.size(), QSize(1024, 768));
    EXPECT_TRUE(differs(image, 512 + 7, 384)) << "the ring";
    EXPECT_FALSE(differs(image, 512 + 40, 384));
}

TEST(AnnotatedField, Row_IsMarkedAtBothRimsAndNotOverItself) {
    FieldMarks marks;
    marks.size = {1600, 1200};
    marks.row = 300;
    const auto image = drawn(marks, 800);
    EXPECT_TRUE(differs(image, 10, 150));
    EXPECT_TRUE(differs(image, 790, 150));
    EXPECT_FALSE(differs(image, 500, 150));
}

TEST(AnnotatedField, Remarks_AddAStripBelow) {
    FieldMarks marks;
    marks.size = {1600, 1200};
    const int bare = drawn(marks, 800).height();
    marks.remarks = {"row_peak 5 {DN}, at most 1.5"};
    const int one = drawn(marks, 800).height();
    marks.remarks = std::vector<std::string>(40, "row_peak 5 {DN}, at most 1.5");
    const int many = drawn(marks, 800).height();
    EXPECT_EQ(bare, 600);
    EXPECT_GT(one, bare + 10);
    EXPECT_LT(many, bare + 12 * (one - bare)) << "the rest is counted";
}

TEST(PictureArtist, BytesThatAreNoPicture_AreRefused) {
    needFonts();
    JudgedPicture picture;
    picture.bytes = std::make_shared<std::vector<std::byte>>(100, std::byte{7});
    EXPECT_FALSE(makePictureArtist()->draw(picture));
}

TEST(PictureArtist, PictureThatCouldNotBeMeasured_IsShownWithTheReason) {
    needFonts();
    QImage image(320, 240, QImage::Format_RGB32);
    image.fill(Qt::gray);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "JPG", 90);
    const auto* bytes = reinterpret_cast<const std::byte*>(buffer.data().constData());
    JudgedPicture picture;
    picture.bytes = std::make_shared<std::vector<std::byte>>(bytes, bytes + buffer.size());
    picture.remarks = {"expected the 9 fiducials of framegate-a, found none"};
    const auto drawings = makePictureArtist()->draw(picture);
    ASSERT_TRUE(drawings) << drawings.error().message;
    ASSERT_EQ(drawings->size(), 1U) << "there are no edges to make a map of";
    EXPECT_EQ(drawings->front().name, "chart-annotated");
    EXPECT_GT(imageOf(drawings->front().png).height(), 768);
}

} // namespace
} // namespace framegate
