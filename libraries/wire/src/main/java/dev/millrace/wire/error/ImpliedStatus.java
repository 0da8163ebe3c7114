package dev.millrace.wire.error;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.wire.error.Signatures.Meaning;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the status that fits an error within a 200 response. A provider reports such an error if it
 * has already sent the head: every provider in streams, some providers in any answer.
 */
public final class ImpliedStatus {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int PAYMENT_REQUIRED = 402;
    private static final int SERVER_ERROR = 500;

    /** Meanings of messages, for errors without a code. */
    private static final List<Said> BY_TEXT =
            List.of(
                    new Said(Meaning.BAD_KEY, 401),
                    new Said(Meaning.RATE, 429),
                    new Said(Meaning.BUSY, 503),
                    new Said(Meaning.UNFINISHED, 503));

    private static final Set<ErrorCode> OF_REQUEST =
            EnumSet.of(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                    ErrorCode.CONTENT_FILTERED,
                    ErrorCode.MODEL_NOT_FOUND);

    private ImpliedStatus() {}

    private record Said(Meaning meaning, int status) {}

    /**
     * Returns the status, 400 to 599; empty if neither the names nor the message of the error are
     * known.
     */
    public static Optional<Integer> of(ErrorBody body) {
        // A code is more specific than the type before it.
        Optional<Integer> named =
                body.names().reversed().stream().flatMap(name -> status(name).stream()).findFirst();
        // Names such as "error" and "api_error" are less precise than the text.
        return named.filter(status -> status != SERVER_ERROR)
                .or(() -> isOfRequest(body) ? Optional.of(BAD_REQUEST) : byText(body))
                .or(() -> named);
    }

    /**
     * Returns true if an answer that ended for the given reason is not finished: the reason is the
     * name of an error, or an interruption. An unknown reason is an end of the answer, because the
     * answer was paid for.
     */
    public static boolean isUnfinished(String reason) {
        return Signatures.status(reason).isPresent()
                || Signatures.names(Meaning.UNFINISHED, ErrorBody.ofReason(reason));
    }

    private static Optional<Integer> status(String name) {
        return name.matches("[45][0-9][0-9]")
                ? Optional.of(Integer.valueOf(name))
                : Signatures.status(name);
    }

    /** Returns true if the message names a cause in the request. */
    private static boolean isOfRequest(ErrorBody body) {
        return OF_REQUEST.contains(StatusRules.error(BAD_REQUEST, body));
    }

    private static Optional<Integer> byText(ErrorBody body) {
        if (StatusRules.isQuota(OK, body)) {
            return Optional.of(PAYMENT_REQUIRED);
        }
        return BY_TEXT.stream()
                .filter(said -> Signatures.says(said.meaning(), body))
                .map(Said::status)
                .findFirst();
    }
}
