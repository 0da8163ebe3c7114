package dev.millrace.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.job.EndedJob;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.Map;

/** Sends the result of a job as the answer to a client. */
public final class AnswerSender {
    /** Headers that tell how the answer came about, by the field of the result. */
    private static final Map<String, HeaderName> PROVENANCE =
            Map.of(
                    "millrace.job_id", HeaderNames.create("X-Millrace-Job"),
                    "millrace.model", HeaderNames.create("X-Millrace-Model"),
                    "millrace.provider", HeaderNames.create("X-Millrace-Provider"),
                    "millrace.cache", HeaderNames.create("X-Millrace-Cache"),
                    "millrace.cost_usd", HeaderNames.create("X-Millrace-Cost"),
                    "millrace.attempts", HeaderNames.create("X-Millrace-Attempts"));

    /** Read by the official clients, which repeat requests with some statuses by themselves. */
    private static final HeaderName SHOULD_RETRY = HeaderNames.create("x-should-retry");

    private static final int FIRST_ERROR = 400;
    private static final int MAX_TEXT = 1_000;

    private AnswerSender() {}

    /**
     * Sends the provider's answer with its status and its own bytes.
     *
     * @throws ApiError if the job ended without an answer for the client
     */
    public static void send(Exchange exchange, EndedJob ended) {
        writeProvenance(exchange, ended);
        byte[] body = ended.body();
        if (body == null || ended.status().isEmpty() || JobErrors.concernsTheOperator(ended)) {
            ApiError error = JobErrors.of(ended);
            if (error.kind() == ErrorKind.CONFLICT) {
                exchange.response().header(SHOULD_RETRY, "false");
            }
            throw error;
        }
        int status = ended.status().get();
        if (status >= FIRST_ERROR && body[0] == '"') {
            throw textError(ended, body);
        }
        ended.errorCode()
                .flatMap(code -> JobErrors.defaultWait(JobErrors.kind(code)))
                .ifPresent(
                        it ->
                                exchange.response()
                                        .header(
                                                HeaderNames.RETRY_AFTER,
                                                Long.toString(it.toSeconds())));
        exchange.sendJson(status, body);
    }

    /** Sets the headers that tell how the answer came about. */
    public static void writeProvenance(Exchange exchange, EndedJob ended) {
        PROVENANCE.forEach(
                (field, header) ->
                        ended.field(field)
                                .filter(AnswerSender::isSafe)
                                .ifPresent(it -> exchange.response().header(header, it)));
    }

    /** Names of models come from the configuration; a line break would end the header. */
    private static boolean isSafe(String value) {
        return value.chars().allMatch(it -> it >= ' ' && it <= '~');
    }

    /** Returns the error for an answer that is no JSON, such as the page of a proxy. */
    private static ApiError textError(EndedJob ended, byte[] body) {
        String code = ended.errorCode().orElse("server_error");
        String text = new String(body, 0, Math.min(body.length, MAX_TEXT), UTF_8);
        return ApiError.of(
                JobErrors.kind(code),
                code,
                "the provider answered "
                        + ended.status().orElseThrow()
                        + " with text instead of JSON: "
                        + text);
    }
}
