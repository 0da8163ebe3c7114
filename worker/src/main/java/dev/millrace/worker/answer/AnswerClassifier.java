package dev.millrace.worker.answer;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.worker.wire.AnswerReader;
import dev.millrace.worker.wire.ErrorBody;
import dev.millrace.worker.wire.ImpliedStatus;
import dev.millrace.worker.wire.ResponseHeaders;
import dev.millrace.worker.wire.RetryAfterParser;
import dev.millrace.worker.wire.StatusRules;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the end of an exchange with a provider: an answer or an error, and what was billed.
 */
public final class AnswerClassifier {
    private static final int OK = 200;
    private static final int SERVER_ERROR = 500;
    private static final int MAX_MESSAGE_CHARS = 300;

    private AnswerClassifier() {}

    /**
     * Returns the verdict on one attempt.
     *
     * @param now the current time, for waits that are given as points in time
     */
    public static Verdict verdict(Endpoint endpoint, Exchange exchange, Instant now) {
        return switch (exchange) {
            case Exchange.Responded responded when responded.status() == OK ->
                    success(endpoint, responded, now);
            case Exchange.Responded responded -> error(responded, now);
            case Exchange.Streamed streamed -> streamed(endpoint, streamed, now);
            case Exchange.TooLarge tooLarge -> tooLarge(tooLarge, now);
            case Exchange.TimedOut timedOut ->
                    broken(
                            ErrorCode.TIMEOUT,
                            "no answer in time: " + timedOut.waitedFor(),
                            timedOut.sent());
            case Exchange.SendWindowMissed _ -> new Verdict.SendWindowMissed();
            case Exchange.Expired expired ->
                    broken(
                            ErrorCode.DEADLINE_EXCEEDED,
                            expired.sent()
                                    ? "the job's deadline passed before the answer was complete"
                                    : "the job's deadline passed before the call was sent",
                            expired.sent());
            case Exchange.Broken broken ->
                    broken(ErrorCode.CONNECTION_ERROR, broken.reason(), broken.sent());
        };
    }

    private static Verdict success(Endpoint endpoint, Exchange.Responded responded, Instant now) {
        var found = AnswerReader.read(endpoint, responded.body());
        Verdict.Response response = response(responded);
        var billing = Billing.of(found.usage());
        String problem =
                response.body() instanceof ProviderBody.Json ? found.problem() : "it is not JSON";
        if (problem == null) {
            return new Verdict.Answered(response, billing);
        }
        ErrorBody body = ErrorBody.read(responded.body());
        return ImpliedStatus.of(body)
                .map(status -> errorWithin200(status, body, responded, billing, now))
                .orElseGet(
                        () ->
                                new Verdict.Failed(
                                        ErrorCode.INVALID_RESPONSE,
                                        "the provider's answer cannot be used: " + problem,
                                        response,
                                        null,
                                        billing));
    }

    /**
     * Classifies an error by the status that it would have had as a response. The provider may have
     * billed what it had generated before the error.
     */
    private static Verdict.Failed errorWithin200(
            int status,
            ErrorBody body,
            Exchange.Responded responded,
            Billing billing,
            Instant now) {
        ErrorCode error = StatusRules.error(status, body);
        return new Verdict.Failed(
                error,
                "the provider reported an error within its answer" + message(body),
                new Verdict.Response(
                        status, responded.headers(), ProviderBody.of(responded.body())),
                retryAfter(error, responded.headers(), body.retryAfter(), now),
                billing);
    }

    private static Verdict streamed(Endpoint endpoint, Exchange.Streamed streamed, Instant now) {
        return switch (streamed.answer()) {
            case AssembledAnswer.Complete complete ->
                    success(
                            endpoint,
                            new Exchange.Responded(OK, streamed.headers(), complete.body()),
                            now);
            case AssembledAnswer.Failed failed ->
                    errorInStream(
                            new Exchange.Responded(OK, streamed.headers(), failed.errorBody()),
                            now);
            case AssembledAnswer.Incomplete incomplete ->
                    broken(
                            ErrorCode.CONNECTION_ERROR,
                            "the stream of the answer ended before " + incomplete.missing(),
                            true);
            case AssembledAnswer.Malformed malformed ->
                    broken(
                            ErrorCode.INVALID_RESPONSE,
                            "the provider's stream cannot be used: " + malformed.reason(),
                            true);
            case AssembledAnswer.TooLarge tooLarge ->
                    broken(
                            ErrorCode.RESPONSE_TOO_LARGE,
                            "the provider's stream is longer than allowed: " + tooLarge.what(),
                            true);
        };
    }

    /** An unknown error is one of the server, after which a retry may succeed. */
    private static Verdict errorInStream(Exchange.Responded error, Instant now) {
        ErrorBody body = ErrorBody.read(error.body());
        int status = ImpliedStatus.of(body).orElse(SERVER_ERROR);
        return errorWithin200(status, body, error, Billing.UNCERTAIN, now);
    }

    private static String message(ErrorBody body) {
        return body.message() == null ? "" : ": " + shortened(body.message());
    }

    private static Verdict error(Exchange.Responded responded, Instant now) {
        ErrorBody body = ErrorBody.read(responded.body());
        ErrorCode error = StatusRules.error(responded.status(), body);
        // Another 2xx is not an answer, but the provider may have done the work and billed it.
        boolean mayBeBilled = responded.status() / 100 == 2;
        return new Verdict.Failed(
                error,
                "the provider answered " + responded.status() + message(body),
                response(responded),
                retryAfter(error, responded.headers(), body.retryAfter(), now),
                mayBeBilled ? Billing.UNCERTAIN : Billing.NOTHING);
    }

    private static Verdict tooLarge(Exchange.TooLarge tooLarge, Instant now) {
        String message =
                "the provider's response ("
                        + tooLarge.status()
                        + ") is longer than "
                        + tooLarge.limitBytes()
                        + " bytes";
        if (tooLarge.status() == OK) {
            return new Verdict.Failed(
                    ErrorCode.RESPONSE_TOO_LARGE, message, null, null, Billing.UNCERTAIN);
        }
        // The status determines the error, even if the error page is too large.
        ErrorCode error = StatusRules.error(tooLarge.status(), ErrorBody.read(new byte[0]));
        return new Verdict.Failed(
                error,
                message,
                null,
                retryAfter(error, tooLarge.headers(), null, now),
                Billing.NOTHING);
    }

    private static Verdict broken(ErrorCode error, String message, boolean sent) {
        return new Verdict.Failed(
                error, message, null, null, sent ? Billing.UNCERTAIN : Billing.NOTHING);
    }

    private static @Nullable Duration retryAfter(
            ErrorCode error, ResponseHeaders headers, @Nullable String inBody, Instant now) {
        return switch (error.retry()) {
            case YES, AFTER_PROVIDER_WAIT, ONCE ->
                    RetryAfterParser.of(headers, inBody, now).orElse(null);
            case NO -> null;
        };
    }

    private static Verdict.Response response(Exchange.Responded responded) {
        return new Verdict.Response(
                responded.status(), responded.headers(), ProviderBody.of(responded.body()));
    }

    private static String shortened(String message) {
        String line = message.replaceAll("\\s+", " ").strip();
        return line.length() <= MAX_MESSAGE_CHARS
                ? line
                : line.substring(0, MAX_MESSAGE_CHARS) + "…";
    }
}
