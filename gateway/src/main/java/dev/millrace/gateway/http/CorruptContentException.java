package dev.millrace.gateway.http;

import java.io.IOException;

/** Thrown when a body cannot be decompressed. The message names the coding and the reason. */
final class CorruptContentException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptContentException(ContentCoding coding, String reason) {
        super("the body cannot be decompressed as its Content-Encoding " + coding + ": " + reason);
    }
}
