package dev.millrace.worker.ledger;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Encodes bytes as text: four bytes become five characters, as in ZeroMQ's RFC 32. A rest of one to
 * three bytes becomes one more character than bytes, so that the length is preserved. Different
 * bytes have different texts.
 */
final class Z85 {
    private static final char[] DIGITS =
            ("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            + ".-:+=^!/*?&<>()[]{}@%$#")
                    .toCharArray();
    private static final byte[] VALUES = values();
    private static final int BASE = 85;
    private static final int GROUP_BYTES = Integer.BYTES;
    private static final int GROUP_CHARS = 5;

    private Z85() {}

    /** Returns the number of characters for the given number of bytes. */
    static long chars(long bytes) {
        long rest = bytes % GROUP_BYTES;
        return bytes / GROUP_BYTES * GROUP_CHARS + (rest == 0 ? 0 : rest + 1);
    }

    /**
     * Returns the given first character, followed by the text of all remaining bytes of the buffer.
     */
    static String encode(char first, ByteBuffer in) {
        char[] text = new char[1 + Math.toIntExact(chars(in.remaining()))];
        text[0] = first;
        int at = 1;
        for (; in.remaining() >= GROUP_BYTES; at += GROUP_CHARS) {
            write(Integer.toUnsignedLong(in.getInt()), text, at, GROUP_CHARS);
        }
        if (in.hasRemaining()) {
            write(number(in), text, at, text.length - at);
        }
        return new String(text);
    }

    /**
     * Returns the bytes of the text from the second character on.
     *
     * @throws IllegalArgumentException if the text is not an encoding
     */
    static ByteBuffer decode(String text) {
        int chars = text.length() - 1;
        int rest = chars % GROUP_CHARS;
        if (rest == 1) {
            throw new IllegalArgumentException("it is truncated");
        }
        int tail = Math.max(0, rest - 1);
        var out = ByteBuffer.allocate(chars / GROUP_CHARS * GROUP_BYTES + tail);
        int at = 1;
        for (; out.remaining() >= GROUP_BYTES; at += GROUP_CHARS) {
            out.putInt((int) read(text, at, GROUP_CHARS, GROUP_BYTES));
        }
        long last = read(text, at, rest, tail);
        for (int i = tail - 1; i >= 0; i--) {
            out.put((byte) (last >>> (i * Byte.SIZE)));
        }
        return out.flip();
    }

    private static long number(ByteBuffer in) {
        long number = 0;
        while (in.hasRemaining()) {
            number = (number << Byte.SIZE) | Byte.toUnsignedInt(in.get());
        }
        return number;
    }

    private static void write(long number, char[] text, int from, int length) {
        long rest = number;
        for (int i = from + length - 1; i >= from; i--) {
            text[i] = DIGITS[(int) (rest % BASE)];
            rest /= BASE;
        }
    }

    private static long read(String text, int from, int length, int bytes) {
        long number = 0;
        for (int i = from; i < from + length; i++) {
            char digit = text.charAt(i);
            int value = digit < VALUES.length ? VALUES[digit] : -1;
            if (value < 0) {
                throw new IllegalArgumentException("it has a character that Z85 does not use");
            }
            number = number * BASE + value;
        }
        if (number >>> (bytes * Byte.SIZE) != 0) {
            throw new IllegalArgumentException("it has a group of characters that is too large");
        }
        return number;
    }

    private static byte[] values() {
        byte[] values = new byte[1 << (Byte.SIZE - 1)];
        Arrays.fill(values, (byte) -1);
        for (byte i = 0; i < BASE; i++) {
            values[DIGITS[i]] = i;
        }
        return values;
    }
}
