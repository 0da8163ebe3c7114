package dev.millrace.router.classify.body;

import dev.millrace.contracts.job.Span;
import org.jspecify.annotations.Nullable;

/**
 * Image, audio or file in a request.
 *
 * @param data span of the base64 content or of the URL; null if the request gives only a file id
 * @param inline true if {@code data} is the content itself
 * @param lowDetail true if the request asks for low detail
 */
public record MediaItem(Kind kind, @Nullable Span data, boolean inline, boolean lowDetail) {
    public enum Kind {
        IMAGE,
        AUDIO,
        /** Documents, videos and unknown media. */
        FILE
    }

    /** Returns the number of bytes in the record that are not text. */
    public long bytes() {
        return data == null ? 0 : data.length();
    }
}
