package dev.millrace.retrieval.index;

import java.io.IOException;

/** Another process, or another object of this one, writes the index. */
public final class IndexInUseException extends IOException {
    IndexInUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
