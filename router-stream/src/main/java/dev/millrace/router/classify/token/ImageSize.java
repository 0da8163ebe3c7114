package dev.millrace.router.classify.token;

import dev.millrace.contracts.job.Span;
import java.util.Optional;

/**
 * Size of an image.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 */
record ImageSize(int width, int height) {
    /** Bytes to search for the size; a camera's JPEG may start with a preview and color profile. */
    private static final int MAX_BYTES = 512 * 1024;

    private static final int PNG = 0x8950;
    private static final int JPEG = 0xFFD8;
    private static final int GIF = 'G' << 8 | 'I';
    private static final int RIFF = 'R' << 8 | 'I';
    private static final int PNG_BYTES_BEFORE_SIZE = 14;
    private static final int GIF_BYTES_BEFORE_SIZE = 4;
    private static final int RIFF_BYTES_BEFORE_FORMAT = 10;

    /** Reads the size of a PNG, JPEG, GIF or WebP; empty for other or truncated files. */
    static Optional<ImageSize> of(byte[] record, Span base64) {
        var bytes = new Base64Reader(record, base64, MAX_BYTES);
        return switch (bytes.nextShort()) {
            case PNG -> ofPng(bytes);
            case JPEG -> ofJpeg(bytes);
            case GIF -> ofGif(bytes);
            case RIFF -> ofWebp(bytes);
            default -> Optional.empty();
        };
    }

    private static Optional<ImageSize> known(int width, int height) {
        return width > 0 && height > 0
                ? Optional.of(new ImageSize(width, height))
                : Optional.empty();
    }

    private static Optional<ImageSize> ofPng(Base64Reader bytes) {
        bytes.skip(PNG_BYTES_BEFORE_SIZE);
        int width = bytes.nextShort() << 16 | bytes.nextShort();
        int height = bytes.nextShort() << 16 | bytes.nextShort();
        return known(width, height);
    }

    private static Optional<ImageSize> ofGif(Base64Reader bytes) {
        bytes.skip(GIF_BYTES_BEFORE_SIZE);
        int width = nextLittleEndianShort(bytes);
        int height = nextLittleEndianShort(bytes);
        return known(width, height);
    }

    private static int nextLittleEndianShort(Base64Reader bytes) {
        int low = bytes.next();
        int high = bytes.next();
        return low < 0 || high < 0 ? Base64Reader.END : high << 8 | low;
    }

    /** Reads the first start-of-frame segment: C0 to CF, except C4, C8 and CC. */
    private static Optional<ImageSize> ofJpeg(Base64Reader bytes) {
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

    /** Reads the lossy, lossless or extended form. */
    private static Optional<ImageSize> ofWebp(Base64Reader bytes) {
        bytes.skip(RIFF_BYTES_BEFORE_FORMAT);
        bytes.skip(3);
        int form = bytes.next();
        bytes.skip(4);
        return switch (form) {
            case ' ' -> {
                bytes.skip(6);
                int width = nextLittleEndianShort(bytes);
                int height = nextLittleEndianShort(bytes);
                yield height < 0 ? Optional.empty() : known(width & 0x3FFF, height & 0x3FFF);
            }
            case 'L' -> {
                bytes.skip(1);
                int low = nextLittleEndianShort(bytes);
                int high = nextLittleEndianShort(bytes);
                int bits = high << 16 | low;
                yield high < 0
                        ? Optional.empty()
                        : known((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
            }
            case 'X' -> {
                bytes.skip(4);
                int width = nextLittleEndianShort(bytes) | bytes.next() << 16;
                int height = nextLittleEndianShort(bytes) | bytes.next() << 16;
                yield height < 0 ? Optional.empty() : known(width + 1, height + 1);
            }
            default -> Optional.empty();
        };
    }
}
