package dev.millrace.gateway.store.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;

/** Reads an object. Closing it early ends the connection, instead of reading the rest. */
final class S3Input extends FilterInputStream {
    private final ResponseInputStream<?> object;
    private boolean isAtEnd;

    S3Input(ResponseInputStream<?> object) {
        super(object);
        this.object = object;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        isAtEnd = value < 0;
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        isAtEnd = count < 0;
        return count;
    }

    @Override
    public void close() throws IOException {
        if (isAtEnd) {
            in.close();
        } else {
            object.abort();
        }
    }
}
