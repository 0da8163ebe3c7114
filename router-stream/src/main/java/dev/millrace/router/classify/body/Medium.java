package dev.millrace.router.classify.body;

import dev.millrace.contracts.job.Span;
import org.jspecify.annotations.Nullable;

/**
 * Something in a request that is no text.
 *
 * @param data its bytes in base64 within the record, or the URL where it is; null when only a name
 *     for it is given
 * @param inline whether {@code data} is the thing itself
 * @param lowDetail whether the request says that a rough look will do
 */
public record Medium(Kind kind, @Nullable Span data, boolean inline, boolean lowDetail) {
    /** What it is. */
    public enum Kind {
        PICTURE,
        SOUND,
        /** Documents, videos, and whatever is not known. */
        FILE
    }

    /** Bytes of the record that are no text. */
    public long bytes() {
        return data == null ? 0 : data.length();
    }
}
