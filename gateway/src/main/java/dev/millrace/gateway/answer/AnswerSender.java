package dev.millrace.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.job.AwaitedResult;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sends the result of a job as the answer to a client. */
public final class AnswerSender {
    /** Headers that report the origin of the answer, by the field of the result. */
    private static final Map<String, HeaderName> PROVENANCE =
            Map.of(
                    "millrace.job_id", HeaderNames.create("X-Millrace-Job"),
                    "millrace.model", HeaderNames.create("X-Millrace-Model"),
                    "millrace.provider", HeaderNames.create("X-Millrace-Provider"),
                    "millrace.cache", HeaderNames.create("X-Millrace-Cache"),
                    "millrace.cost_usd", HeaderNames.create("X-Millrace-Cost"),
                    "millrace.attempts", HeaderNames.create("X-Millrace-Attempts"),
                    "millrace.omitted", HeaderNames.create("X-Millrace-Omitted"));

    /**
     * Statuses of a proxy that got no answer to a forwarded request; the provider has possibly
     * billed it.
     */
    private static final Set<Integer> UNCERTAIN = Set.of(502, 504, 524);

    private static final int OK = 200;
    private static final int FIRST_ERROR = 400;
    private static final int MAX_TEXT = 1_000;

    private AnswerSender() {}

    /**
     * Sends the provider's answer with its status. Its bytes stay unchanged, except for the sources
     * that {@link #withSources} adds.
     *
     * @throws ApiError if the job ended without an answer for the client
     */
    public static void send(Exchange exchange, AwaitedResult ended) {
        writeProvenance(exchange, ended);
        byte[] body = ended.body();
        if (body == null || ended.status().isEmpty() || JobErrors.concernsTheOperator(ended)) {
            ApiError error = JobErrors.of(ended);
            throw error.kind() == ErrorKind.CONFLICT || isPaidAgain(ended)
                    ? error.withoutRetry()
                    : error;
        }
        int status = ended.status().get();
        Optional<Duration> wait =
                ended.errorCode().flatMap(code -> JobErrors.defaultWait(JobErrors.kind(code)));
        if (status < FIRST_ERROR ? wait.isPresent() : body[0] == '"') {
            ApiError error = unusable(ended, body);
            throw isPaidAgain(ended) ? error.withoutRetry() : error;
        }
        wait.ifPresent(
                it ->
                        exchange.response()
                                .header(HeaderNames.RETRY_AFTER, Long.toString(it.toSeconds())));
        if (status >= FIRST_ERROR && isPaidAgain(ended)) {
            exchange.response().header(GatewayApi.SHOULD_RETRY, "false");
        }
        exchange.sendJson(status, status == OK ? withSources(ended, body) : body);
    }

    /**
     * Adds the passages of documents in the prompt to an answer, as {@code millrace.retrieval},
     * like in a result. Returns the answer unchanged if the prompt had no passages.
     */
    public static byte[] withSources(AwaitedResult ended, byte[] answer) {
        Optional<String> retrieval = ended.field(AwaitedResult.RETRIEVAL);
        return retrieval.isEmpty() || answer[0] != '{'
                ? answer
                : new JsonObjectEdit()
                        .set("millrace", "{\"retrieval\":" + retrieval.get() + "}")
                        .apply(answer, 0, answer.length);
    }

    /**
     * Returns true if a failed job has called a provider that billed the call, or possibly billed
     * it: a repeat of the request would be paid a second time.
     */
    private static boolean isPaidAgain(AwaitedResult ended) {
        boolean hasCalled =
                ended.field("millrace.attempts").filter(it -> !it.equals("0")).isPresent();
        boolean hasCost =
                ended.field("millrace.cost_usd")
                        .filter(it -> new BigDecimal(it).signum() > 0)
                        .isPresent();
        boolean hasNoAnswer =
                ended.status().filter(UNCERTAIN::contains).isPresent()
                        || ended.errorCode()
                                .filter(it -> JobErrors.kind(it) == ErrorKind.TIMEOUT)
                                .isPresent();
        return hasCost || (hasCalled && hasNoAnswer);
    }

    /** Returns the names of the headers that report the origin of an answer. */
    static List<String> provenanceHeaders() {
        return PROVENANCE.values().stream().map(HeaderName::defaultCase).toList();
    }

    /** Sets the headers that report the origin of the answer. */
    public static void writeProvenance(Exchange exchange, AwaitedResult ended) {
        PROVENANCE.forEach(
                (field, header) ->
                        ended.field(field)
                                .filter(AnswerSender::isSafe)
                                .map(AnswerSender::shortened)
                                .ifPresent(it -> exchange.response().header(header, it)));
    }

    /**
     * Returns true if a value is safe in a header. Model names come from the configuration, and a
     * line break would end the header.
     */
    private static boolean isSafe(String value) {
        return value.chars().allMatch(it -> it >= ' ' && it <= '~');
    }

    /** Clients accept only a few kilobytes of headers. */
    private static String shortened(String value) {
        return value.length() > MAX_TEXT ? value.substring(0, MAX_TEXT) : value;
    }

    /** Returns the error for an answer of another form, such as the page of a proxy. */
    private static ApiError unusable(AwaitedResult ended, byte[] body) {
        String code = ended.errorCode().orElse("server_error");
        String text = new String(body, 0, Math.min(body.length, MAX_TEXT), UTF_8);
        return ApiError.of(
                JobErrors.kind(code),
                code,
                "the provider answered "
                        + ended.status().orElseThrow()
                        + (body[0] == '"' ? " with text instead of JSON: " : " without an answer: ")
                        + text);
    }
}
