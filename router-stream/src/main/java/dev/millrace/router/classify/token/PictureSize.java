package dev.millrace.router.classify.token;

import dev.millrace.contracts.job.Span;
import java.util.Optional;

/**
 * How large a picture is, read from the head of its file.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 */
record PictureSize(int width, int height) {
    /** A camera's JPEG may carry a preview and a color profile before its size. */
    private static final int MOST_BYTES = 512 * 1024;

    private static final int PNG = 0x8950;
    private static final int JPEG = 0xFFD8;
    private static final int GIF = 'G' << 8 | 'I';
    private static final int RIFF = 'R' << 8 | 'I';
    private static final int PNG_BEFORE_SIZE = 14;
    private static final int GIF_BEFORE_SIZE = 4;
    private static final int RIFF_BEFORE_FORMAT = 10;

    /** Of a PNG, JPEG, GIF or WebP; empty for all else, and for what is cut off. */
    static Optional<PictureSize> of(byte[] record, Span base64) {
        var bytes = new Base64Bytes(record, base64, MOST_BYTES);
        return switch (bytes.nextShort()) {
            case PNG -> ofPng(bytes);
            case JPEG -> ofJpeg(bytes);
            case GIF -> ofGif(bytes);
            case RIFF -> ofWebp(bytes);
            default -> Optional.empty();
        };
    }

    private static Optional<PictureSize> known(int width, int height) {
        return width > 0 && height > 0
                ? Optional.of(new PictureSize(width, height))
                : Optional.empty();
    }

    private static Optional<PictureSize> ofPng(Base64Bytes bytes) {
        bytes.skip(PNG_BEFORE_SIZE);
        int width = bytes.nextShort() << 16 | bytes.nextShort();
        int height = bytes.nextShort() << 16 | bytes.nextShort();
        return known(width, height);
    }

    private static Optional<PictureSize> ofGif(Base64Bytes bytes) {
        bytes.skip(GIF_BEFORE_SIZE);
        int width = lowFirst(bytes);
        int height = lowFirst(bytes);
        return known(width, height);
    }

    private static int lowFirst(Base64Bytes bytes) {
        int low = bytes.next();
        int high = bytes.next();
        return low < 0 || high < 0 ? Base64Bytes.END : high << 8 | low;
    }

    /** The size stands in the first segment that starts a frame, C0 to CF but for three. */
    private static Optional<PictureSize> ofJpeg(Base64Bytes bytes) {
        int marker = bytes.nextShort();
        while (marker > 0xFF00) {
            int length = bytes.nextShort();
            boolean isFrame = marker >= 0xFFC0 && marker <= 0xFFCF;
            if (isFrame && marker != 0xFFC4 && marker != 0xFFC8 && marker != 0xFFCC) {
                bytes.skip(1);
                int height = bytes.nextShort();
                return known(bytes.nextShort(), height);
            }
            if (length < 2) {
                return Optional.empty();
            }
            bytes.skip(length - 2);
            marker = bytes.nextShort();
        }
        return Optional.empty();
    }

    /** In one of three forms: lossy, lossless and extended. */
    private static Optional<PictureSize> ofWebp(Base64Bytes bytes) {
        bytes.skip(RIFF_BEFORE_FORMAT);
        bytes.skip(3);
        int form = bytes.next();
        bytes.skip(4);
        return switch (form) {
            case ' ' -> {
                bytes.skip(6);
                int width = lowFirst(bytes);
                int height = lowFirst(bytes);
                yield height < 0 ? Optional.empty() : known(width & 0x3FFF, height & 0x3FFF);
            }
            case 'L' -> {
                bytes.skip(1);
                int low = lowFirst(bytes);
                int high = lowFirst(bytes);
                int bits = high << 16 | low;
                yield high < 0
                        ? Optional.empty()
                        : known((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
            }
            case 'X' -> {
                bytes.skip(4);
                int width = lowFirst(bytes) | bytes.next() << 16;
                int height = lowFirst(bytes) | bytes.next() << 16;
                yield height < 0 ? Optional.empty() : known(width + 1, height + 1);
            }
            default -> Optional.empty();
        };
    }
}
