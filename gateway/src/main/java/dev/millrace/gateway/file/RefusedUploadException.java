package dev.millrace.gateway.file;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Refuses an upload because of what the client sent. The message is one line for the client. */
public final class RefusedUploadException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The kinds of refusal. */
    public enum Reason {
        /** The request has a missing or wrong part. */
        INVALID,
        /** The file has too many bytes or lines. */
        TOO_LARGE,
        /** The tenant has too many files, or too large ones. */
        FULL
    }

    private final Reason reason;
    private final @Nullable String param;

    private RefusedUploadException(Reason reason, @Nullable String param, String message) {
        super(message);
        this.reason = reason;
        this.param = param;
    }

    /**
     * @param param the wrong part; null if the request as a whole is wrong
     */
    static RefusedUploadException invalid(@Nullable String param, String message) {
        return new RefusedUploadException(Reason.INVALID, param, message);
    }

    static RefusedUploadException tooLarge(String message) {
        return new RefusedUploadException(Reason.TOO_LARGE, "file", message);
    }

    /**
     * @param used what the tenant's files take
     * @param unit its unit
     * @param key end of the key of the limit
     */
    static RefusedUploadException full(long used, String unit, String key) {
        return new RefusedUploadException(
                Reason.FULL,
                "file",
                String.format(
                        Locale.ROOT,
                        "the tenant has %,d %s already; delete files or wait until they expire, or"
                                + " let the operator of the gateway raise"
                                + " gateway.files.max_tenant_%s",
                        used,
                        unit,
                        key));
    }

    /** Returns the kind of refusal. */
    public Reason reason() {
        return reason;
    }

    /** Returns the wrong part; null if the request as a whole is wrong. */
    public @Nullable String param() {
        return param;
    }
}
