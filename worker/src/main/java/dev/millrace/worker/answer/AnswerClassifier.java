package dev.millrace.worker.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.usage.ReportedUsage;
import dev.millrace.contracts.usage.StatedCost;
import dev.millrace.wire.answer.AnswerReader;
import dev.millrace.wire.answer.ServiceUseReader;
import dev.millrace.wire.error.ErrorBody;
import dev.millrace.wire.error.ImpliedStatus;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.error.RetryAfterParser;
import dev.millrace.wire.error.StatusRules;
import dev.millrace.wire.stream.AnswerBody;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.wire.stream.PartialAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Classifies the end of an exchange with a provider: an answer or an error, and its billing. */
public final class AnswerClassifier {
    private static final int OK = 200;
    private static final int SERVER_ERROR = 500;
    private static final int MAX_MESSAGE_CHARS = 300;
    private static final ErrorBody NO_BODY = ErrorBody.read(new byte[0]);

    private AnswerClassifier() {}

    /**
     * Returns the verdict on one attempt.
     *
     * @param now the current time, for waits that are given as points in time
     */
    public static Verdict verdict(ExpectedAnswer expected, ExchangeEnd exchange, Instant now) {
        return switch (exchange) {
            case ExchangeEnd.Responded responded when responded.status() == OK ->
                    success(expected, responded, now);
            case ExchangeEnd.Responded responded -> otherStatus(expected, responded, now);
            case ExchangeEnd.Streamed streamed -> streamed(expected, streamed, now);
            case ExchangeEnd.TooLarge tooLarge -> tooLarge(tooLarge, now);
            case ExchangeEnd.TimedOut timedOut ->
                    broken(
                            ErrorCode.TIMEOUT,
                            "no answer in time: " + timedOut.waitedFor(),
                            timedOut.sent());
            case ExchangeEnd.Unreadable unreadable ->
                    new Verdict.Failed(
                            ErrorCode.INVALID_RESPONSE,
                            unreadable.reason(),
                            null,
                            null,
                            Billing.UNCERTAIN,
                            Verdict.Repetition.NEVER);
            case ExchangeEnd.ClosedUnanswered _ ->
                    new Verdict.Failed(
                            ErrorCode.CONNECTION_ERROR,
                            "the provider closed a kept connection unanswered",
                            null,
                            null,
                            Billing.UNCERTAIN,
                            Verdict.Repetition.AT_ONCE);
            case ExchangeEnd.SendWindowMissed _ -> new Verdict.SendWindowMissed();
            case ExchangeEnd.Expired expired ->
                    broken(
                            ErrorCode.DEADLINE_EXCEEDED,
                            expired.sent()
                                    ? "the job's deadline passed before the answer was complete"
                                    : "the job's deadline passed before the call was sent",
                            expired.sent());
            case ExchangeEnd.Broken broken ->
                    broken(ErrorCode.CONNECTION_ERROR, broken.reason(), broken.sent());
        };
    }

    /** Some gateways answer with another status of success, such as 201. */
    private static Verdict otherStatus(
            ExpectedAnswer expected, ExchangeEnd.Responded responded, Instant now) {
        if (responded.status() / 100 == 2) {
            var asOk = new ExchangeEnd.Responded(OK, responded.headers(), responded.body());
            Verdict verdict = success(expected, asOk, now);
            if (verdict instanceof Verdict.Answered
                    || verdict.billing() instanceof Billing.Billed) {
                return verdict;
            }
        }
        return error(expected.endpoint(), responded, now);
    }

    private static Verdict success(
            ExpectedAnswer expected, ExchangeEnd.Responded received, Instant now) {
        Endpoint endpoint = expected.endpoint();
        var strict = Reading.of(endpoint, received);
        // Most answers match their headers.
        var reading =
                strict.problem() == null
                        ? strict
                        : Reading.of(
                                endpoint,
                                new ExchangeEnd.Responded(
                                        OK,
                                        received.headers(),
                                        AnswerBody.of(expected, received.body())));
        return reading.problem() == null
                ? new Verdict.Answered(reading.response(), reading.billing())
                : unanswered(endpoint, reading, now);
    }

    /** Returns the billing for the usage that a body reports; uncertain if it reports none. */
    private static Billing billing(
            ReportedUsage usage, Endpoint endpoint, ExchangeEnd.Responded received) {
        return Billing.of(
                usage,
                ServiceUseReader.read(endpoint, received.body()),
                StatedCost.inHeaders(received.headers()::text));
    }

    /**
     * The body of a 200 response.
     *
     * @param problem why it is not an answer; null for an answer
     */
    private record Reading(
            ExchangeEnd.Responded received,
            Verdict.Response response,
            @Nullable String problem,
            Billing billing) {
        static Reading of(Endpoint endpoint, ExchangeEnd.Responded received) {
            var found = AnswerReader.read(endpoint, received.body());
            Verdict.Response response = AnswerClassifier.response(received);
            String problem =
                    response.body() instanceof ProviderBody.Json
                            ? found.problem()
                            : "it is not JSON";
            return new Reading(
                    received,
                    response,
                    problem,
                    AnswerClassifier.billing(found.usage(), endpoint, received));
        }

        /** Returns true if the body is JSON and nothing was generated. */
        boolean isAlone(Endpoint endpoint) {
            return response.body() instanceof ProviderBody.Json
                    && !AnswerBody.hasContent(endpoint, received.body());
        }
    }

    private static Verdict unanswered(Endpoint endpoint, Reading reading, Instant now) {
        ErrorBody body = ErrorBody.read(reading.received().body());
        Optional<Integer> status = ImpliedStatus.of(body);
        if (status.isEmpty()) {
            return new Verdict.Failed(
                    ErrorCode.INVALID_RESPONSE,
                    "the provider's answer cannot be used: " + reading.problem() + message(body),
                    reading.response(),
                    null,
                    reading.billing());
        }
        Billing billing =
                reading.billing() instanceof Billing.Billed
                        ? reading.billing()
                        : billing(status.get(), body, reading.isAlone(endpoint));
        String reason = body.message() == null ? ": " + reading.problem() : message(body);
        return errorWithin200(status.get(), body, reason, reading.received(), billing, now);
    }

    /**
     * Returns the billing of an error that reports no usage. A refusal costs nothing, as with a
     * proper error status; other errors can follow a part of the answer.
     *
     * @param isAlone true if nothing else arrived, so that the provider has not begun to answer
     */
    private static Billing billing(int status, ErrorBody body, boolean isAlone) {
        return switch (StatusRules.error(status, body)) {
            case RATE_LIMIT_EXCEEDED,
                    QUOTA_EXCEEDED,
                    AUTHENTICATION_ERROR,
                    MODEL_NOT_FOUND,
                    VALIDATION_ERROR,
                    CONTEXT_LENGTH_EXCEEDED ->
                    isAlone ? Billing.NOTHING : Billing.UNCERTAIN;
            default -> Billing.UNCERTAIN;
        };
    }

    /** Classifies an error in a 200 response by the status that would fit the error. */
    private static Verdict.Failed errorWithin200(
            int status,
            ErrorBody body,
            String reason,
            ExchangeEnd.Responded responded,
            Billing billing,
            Instant now) {
        ErrorCode error = StatusRules.error(status, body);
        return new Verdict.Failed(
                error,
                "the provider reported an error within its answer" + reason,
                new Verdict.Response(
                        status, responded.headers(), ProviderBody.of(responded.body())),
                retryAfter(error, responded.headers(), body, now),
                billing);
    }

    private static Verdict streamed(
            ExpectedAnswer expected, ExchangeEnd.Streamed streamed, Instant now) {
        Endpoint endpoint = expected.endpoint();
        return switch (streamed.answer()) {
            case AssembledAnswer.Complete complete ->
                    success(
                            expected,
                            new ExchangeEnd.Responded(OK, streamed.headers(), complete.body()),
                            now);
            case AssembledAnswer.Failed(byte[] body, PartialAnswer partial) ->
                    errorInStream(
                            endpoint,
                            new ExchangeEnd.Responded(OK, streamed.headers(), body),
                            partial,
                            now);
            case AssembledAnswer.Incomplete(String missing, PartialAnswer partial) ->
                    unusable(
                            endpoint,
                            ErrorCode.CONNECTION_ERROR,
                            "the stream of the answer ended before " + missing,
                            partial);
            case AssembledAnswer.Malformed(String reason, PartialAnswer partial) ->
                    unusable(
                            endpoint,
                            ErrorCode.INVALID_RESPONSE,
                            "the provider's stream cannot be used: " + reason,
                            partial);
            case AssembledAnswer.TooLarge(String what, PartialAnswer partial) ->
                    unusable(
                            endpoint,
                            ErrorCode.RESPONSE_TOO_LARGE,
                            "the provider's stream is longer than allowed: " + what,
                            partial);
        };
    }

    /** The attempt has its billing, because an unusable answer was paid for too. */
    private static Verdict.Failed unusable(
            Endpoint endpoint, ErrorCode error, String message, PartialAnswer partial) {
        return new Verdict.Failed(error, message, null, null, billing(endpoint, partial));
    }

    private static Billing billing(Endpoint endpoint, PartialAnswer partial) {
        if (partial.usage().isEmpty()) {
            return Billing.UNCERTAIN;
        }
        byte[] body = ("{\"usage\":" + partial.usage() + "}").getBytes(UTF_8);
        var reported = new ExchangeEnd.Responded(OK, ResponseHeaders.NONE, body);
        return billing(AnswerReader.read(endpoint, body).usage(), endpoint, reported);
    }

    /** Treats an unknown error as a server error, after which a retry can succeed. */
    private static Verdict errorInStream(
            Endpoint endpoint, ExchangeEnd.Responded error, PartialAnswer partial, Instant now) {
        ErrorBody body = ErrorBody.read(error.body());
        int status = ImpliedStatus.of(body).orElse(SERVER_ERROR);
        return errorWithin200(
                status,
                body,
                message(body),
                error,
                billing(endpoint, error, status, body, partial),
                now);
    }

    private static Billing billing(
            Endpoint endpoint,
            ExchangeEnd.Responded error,
            int status,
            ErrorBody body,
            PartialAnswer partial) {
        Billing reported =
                billing(AnswerReader.read(endpoint, error.body()).usage(), endpoint, error);
        if (reported instanceof Billing.Billed) {
            return reported;
        }
        Billing before = billing(endpoint, partial);
        return before instanceof Billing.Billed
                ? before
                : billing(status, body, !partial.hasContent());
    }

    private static String message(ErrorBody body) {
        String text = body.text();
        return text == null || text.isBlank() ? "" : ": " + shortened(text);
    }

    private static Verdict error(Endpoint endpoint, ExchangeEnd.Responded responded, Instant now) {
        ErrorBody body =
                ErrorBody.read(
                        responded.body(), responded.headers().text("content-type").orElse(""));
        Optional<String> target = Redirect.target(responded);
        if (target.isPresent()) {
            return redirect(responded, target.get());
        }
        ErrorCode error = StatusRules.error(responded.status(), body);
        boolean isPage = StatusRules.isPage(body);
        return new Verdict.Failed(
                error,
                "the provider answered "
                        + responded.status()
                        + (isPage ? " with a page of a web server or firewall" : "")
                        + message(body),
                isPage ? response(responded).asPage() : response(responded),
                retryAfter(error, responded.headers(), body, now),
                billing(endpoint, responded, body));
    }

    /** Returns the billing of a response that is not an answer: the reported usage, if any. */
    private static Billing billing(
            Endpoint endpoint, ExchangeEnd.Responded responded, ErrorBody body) {
        ReportedUsage usage = AnswerReader.read(endpoint, responded.body()).usage();
        return usage.usage().isPresent() && !usage.isZero()
                ? billing(usage, endpoint, responded)
                : billing(responded.status(), body);
    }

    private static Billing billing(int status, ErrorBody body) {
        return StatusRules.mayBeBilled(status, body) ? Billing.UNCERTAIN : Billing.NOTHING;
    }

    /**
     * A redirect is not followed, since the key and the request would go to an unconfigured
     * address. Like a 404, a redirect is an error of the address, and affects every request.
     */
    private static Verdict.Failed redirect(ExchangeEnd.Responded responded, String target) {
        return new Verdict.Failed(
                ErrorCode.MODEL_NOT_FOUND,
                "the provider answered "
                        + responded.status()
                        + ", a redirect to "
                        + target
                        + ", which is not followed; correct base_url",
                response(responded),
                null,
                Billing.NOTHING);
    }

    private static Verdict tooLarge(ExchangeEnd.TooLarge tooLarge, Instant now) {
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
        ErrorCode error = StatusRules.error(tooLarge.status(), NO_BODY);
        return new Verdict.Failed(
                error,
                message,
                null,
                retryAfter(error, tooLarge.headers(), NO_BODY, now),
                billing(tooLarge.status(), NO_BODY));
    }

    private static Verdict broken(ErrorCode error, String message, boolean sent) {
        return new Verdict.Failed(
                error, message, null, null, sent ? Billing.UNCERTAIN : Billing.NOTHING);
    }

    private static @Nullable Duration retryAfter(
            ErrorCode error, ResponseHeaders headers, ErrorBody body, Instant now) {
        return switch (error.retry()) {
            case YES, AFTER_PROVIDER_WAIT, ONCE ->
                    RetryAfterParser.of(headers, body, now).orElse(null);
            case NO -> null;
        };
    }

    private static Verdict.Response response(ExchangeEnd.Responded responded) {
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
