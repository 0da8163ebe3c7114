package dev.millrace.gateway.http;

import java.io.IOException;

/** A compressed body cannot be decompressed. The message says why, and names the coding. */
final class CorruptContentException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptContentException(ContentCoding coding, String reason) {
        super("the body cannot be decompressed as its Content-Encoding " + coding + ": " + reason);
    }
}
