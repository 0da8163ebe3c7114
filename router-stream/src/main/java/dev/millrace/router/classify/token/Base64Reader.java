package dev.millrace.router.classify.token;

import dev.millrace.contracts.job.Span;

/** Decodes base64 in a JSON string, byte by byte. Used once, by one thread. */
final class Base64Reader {
    /** Follows the last byte, or the maximum number of bytes. */
    static final int END = -1;

    private static final int BITS = 6;
    private static final int OCTET = 8;

    private final byte[] record;
    private final int end;
    private int at;
    private int left;
    private int buffer;
    private int held;

    /**
     * @param maxBytes maximum number of decoded bytes
     */
    Base64Reader(byte[] record, Span base64, int maxBytes) {
        this.record = record;
        at = base64.start();
        end = base64.end();
        left = maxBytes;
    }

    /** Returns the next byte, 0 to 255, or {@link #END}. */
    int next() {
        if (left == 0) {
            return END;
        }
        while (held < OCTET) {
            int value = nextSextet();
            if (value < 0) {
                left = 0;
                return END;
            }
            buffer = buffer << BITS | value;
            held += BITS;
        }
        held -= OCTET;
        left--;
        int octet = buffer >> held & 0xFF;
        buffer &= (1 << held) - 1;
        return octet;
    }

    /** Returns the next two bytes as a big-endian number; negative at the end. */
    int nextShort() {
        int high = next();
        int low = next();
        return high < 0 || low < 0 ? END : high << OCTET | low;
    }

    void skip(int bytes) {
        for (int i = 0; i < bytes && left > 0; i++) {
            next();
        }
    }

    /** Returns the next six bits. Skips escapes of slashes and line breaks. */
    private int nextSextet() {
        while (at < end) {
            int octet = record[at++];
            if (octet == '\\' && at < end && record[at] != '/') {
                at++;
            }
            int value = value(octet);
            if (value >= 0) {
                return value;
            }
        }
        return END;
    }

    private static int value(int octet) {
        if (octet >= 'A' && octet <= 'Z') {
            return octet - 'A';
        }
        if (octet >= 'a' && octet <= 'z') {
            return octet - 'a' + 26;
        }
        if (octet >= '0' && octet <= '9') {
            return octet - '0' + 52;
        }
        return switch (octet) {
            case '+', '-' -> 62;
            case '/', '_' -> 63;
            default -> END;
        };
    }
}
