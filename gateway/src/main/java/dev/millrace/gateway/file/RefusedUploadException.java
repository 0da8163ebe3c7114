package dev.millrace.gateway.file;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Refuses an upload. The message is one line for the client. */
public final class RefusedUploadException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The kinds of refusal. */
    public enum Reason {
        /** The request has a missing or wrong part. */
        INVALID,
        /** The file has too many bytes or lines. */
        TOO_LARGE,
        /** The tenant has too many files, or too large ones. */
        FULL,
        /** The store has no room for a file of any tenant. */
        NO_ROOM
    }

    /** Time for an operator, or for files that expire. */
    private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

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
     * @param used amount that the tenant's files use
     * @param unit unit of the amount
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

    static RefusedUploadException noRoom() {
        return new RefusedUploadException(
                Reason.NO_ROOM,
                null,
                "the disk of the gateway's files is almost full: uploads are refused until files"
                        + " expire or the operator of the gateway makes room; batches that were"
                        + " accepted continue");
    }

    /** Returns the refusal as the answer to its request. */
    public ApiError toApiError() {
        String message = String.valueOf(getMessage());
        return switch (reason) {
            case INVALID ->
                    param == null
                            ? ApiError.of(ErrorKind.INVALID_REQUEST, "invalid_multipart", message)
                            : ApiError.invalid(param, message);
            case TOO_LARGE -> ApiError.of(ErrorKind.TOO_LARGE, "file_too_large", message);
            case FULL -> ApiError.of(ErrorKind.TOO_LARGE, "storage_limit", message);
            case NO_ROOM ->
                    ApiError.of(ErrorKind.OVERLOADED, "disk_full", message).retryAfter(RETRY_AFTER);
        };
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
