package dev.millrace.gateway.file;

import java.io.InputStream;

/** Supplies a byte array many times without holding all copies. */
final class RepeatedInput extends InputStream {
    private final byte[] bytes;
    private final long size;
    private long position;

    RepeatedInput(byte[] bytes, int times) {
        this.bytes = bytes;
        size = (long) bytes.length * times;
    }

    @Override
    public int read() {
        if (position == size) {
            return -1;
        }
        return bytes[(int) (position++ % bytes.length)] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        if (position == size) {
            return -1;
        }
        int start = (int) (position % bytes.length);
        int count = Math.min(length, bytes.length - start);
        System.arraycopy(bytes, start, buffer, offset, count);
        position += count;
        return count;
    }
}
