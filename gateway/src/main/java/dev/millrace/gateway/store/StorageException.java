package dev.millrace.gateway.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The store cannot be read or written, for example because its disk is full. */
public class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
