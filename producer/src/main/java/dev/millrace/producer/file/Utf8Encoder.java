package dev.millrace.producer.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;

/**
 * Encodes a text in another encoding as UTF-8. Invalid bytes become a zero byte, which JSON
 * forbids, so that only their line is reported. Used by one thread.
 */
final class Utf8Encoder extends InputStream {
    private static final int BUFFER_CHARS = 8 * 1024;
    private static final int BYTE = 0xFF;

    private final InputStreamReader reader;
    private final char[] chars = new char[BUFFER_CHARS];

    /** 1 if the first of {@link #chars} is the first half of a character, else 0. */
    private int kept;

    private byte[] bytes = {};
    private int position;

    Utf8Encoder(InputStream in, Charset charset) {
        reader =
                new InputStreamReader(
                        in,
                        charset.newDecoder()
                                .onMalformedInput(CodingErrorAction.REPLACE)
                                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                                .replaceWith("\0"));
    }

    @Override
    public int read() throws IOException {
        return fill() ? bytes[position++] & BYTE : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, bytes.length - position);
        System.arraycopy(bytes, position, buffer, offset, count);
        position += count;
        return count;
    }

    /** Encodes the next characters if there is no byte left; returns false at the end. */
    private boolean fill() throws IOException {
        while (position == bytes.length) {
            int read = reader.read(chars, kept, chars.length - kept);
            if (read < 0) {
                return false;
            }
            int count = kept + read;
            kept = Character.isHighSurrogate(chars[count - 1]) ? 1 : 0;
            bytes = new String(chars, 0, count - kept).getBytes(UTF_8);
            position = 0;
            chars[0] = chars[count - 1];
        }
        return true;
    }

    @Override
    public int available() throws IOException {
        int rest = bytes.length - position;
        return rest == 0 && reader.ready() ? 1 : rest;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
