package dev.millrace.gateway.async;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.answer.CallerAdmission;
import dev.millrace.gateway.answer.JobErrors;
import dev.millrace.gateway.answer.ProviderHeaders;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HeldInput;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobRefusal;
import dev.millrace.gateway.repeat.BodyDigest;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Submits jobs: one as a JSON object, or many as JSON Lines. Answers each job when Kafka has
 * acknowledged it. A request without an accepted line gets an error with the errors of all. If
 * Kafka does not answer, the lines after the first refused line are neither submitted nor answered.
 * If the body breaks off, the last answer reports the break.
 *
 * <p>A request with an {@code Idempotency-Key} derives its custom_ids from the key. A repeat of a
 * completely answered request publishes nothing. Any other repeat publishes again, and the pipeline
 * runs no job twice.
 */
final class JobSubmission {
    private static final int ACCEPTED = 202;
    private static final String LINES = "application/jsonl";

    /** Memory of a line that was sent, until the request is answered. */
    static final int LINE_BYTES = 256;

    private final JobClient jobs;
    private final Supplier<String> customIds;
    private final RepeatedRequests repeats;
    private final int maxLineBytes;
    private final long maxLines;

    /**
     * @param customIds makes the custom_ids of lines that have none
     * @param repeats the requests with an Idempotency-Key
     */
    JobSubmission(
            JobClient jobs,
            Supplier<String> customIds,
            RepeatedRequests repeats,
            JobRoutes.Limits limits) {
        this.jobs = jobs;
        this.customIds = customIds;
        this.repeats = repeats;
        maxLineBytes = limits.maxLineBytes();
        maxLines = limits.maxLines();
    }

    void submit(Exchange exchange) throws IOException, InterruptedException {
        ProviderHeaders.refuse(exchange);
        String type =
                exchange.request()
                        .headers()
                        .first(HeaderNames.CONTENT_TYPE)
                        .orElse("")
                        .toLowerCase(Locale.ROOT);
        if (type.contains("jsonl") || type.contains("ndjson")) {
            submitLines(exchange);
        } else {
            submitOne(exchange);
        }
    }

    private void submitOne(Exchange exchange) throws IOException, InterruptedException {
        byte[] body = exchange.body(maxLineBytes, "topics.max_request_bytes");
        var digest = new BodyDigest("jobs");
        digest.add(body);
        String asked = digest.end();
        try (var claim = repeats.claim(exchange, asked, "")) {
            SentLine sent =
                    send(
                            exchange,
                            new Numbered(
                                    1, body, exchange.clientRequestId(), exchange.traceparent()),
                            claim.isRepeat());
            if (sent.error() != null) {
                throw sent.error();
            }
            JobId job = sent.accepted();
            claim.complete(asked, job.value());
            var out = new ByteArrayOutputStream();
            try (JsonGenerator json = JsonBytes.generator(out)) {
                json.writeStartObject();
                SentLine.writeAccepted(json, job, sent.customId());
                json.writeEndObject();
            }
            exchange.sendJson(ACCEPTED, out.toByteArray());
        }
    }

    private void submitLines(Exchange exchange) throws IOException, InterruptedException {
        try (var claim = repeats.claim(exchange, "", "")) {
            var digest = new BodyDigest("jobs as lines");
            var all = new ArrayList<SentLine>();
            HeldInput body = exchange.held(digest.reading(exchange.jsonInput()));
            ApiError fault = sendLines(exchange, body, all, claim.isRepeat());
            if (fault != null) {
                // The rest of such a body is not read: the client may never send it.
                all.add(error(all.getLast().number() + 1, fault));
                if (LineAnswers.areRefused(all)) {
                    exchange.response().header(HeaderValues.CONNECTION_CLOSE);
                    throw LineAnswers.refusal(all);
                }
                var answers = new ByteArrayOutputStream();
                LineAnswers.write(answers, all);
                exchange.sendLast(LINES, answers.toByteArray());
                return;
            }
            body.close();
            if (all.isEmpty()) {
                throw ApiError.invalid("body", "the body has no line");
            }
            String asked = digest.end();
            claim.check(asked);
            if (LineAnswers.areRefused(all)) {
                throw LineAnswers.refusal(all);
            }
            try (OutputStream out = exchange.open(LINES)) {
                LineAnswers.write(out, all);
            }
            if (all.stream().allMatch(SentLine::isLasting)) {
                claim.complete(asked, "");
            }
        }
    }

    /**
     * Sends the lines of a body. Returns the fault that broke off the body after its first line, or
     * the lack of memory for further answers; null for none.
     */
    private @Nullable ApiError sendLines(
            Exchange exchange, HeldInput body, List<SentLine> all, boolean isRepeat)
            throws IOException {
        var lines = new BatchFileReader(body, maxLineBytes);
        while (true) {
            BatchLine line;
            try {
                line = lines.next();
                exchange.hold(LINE_BYTES);
            } catch (ApiError e) {
                if (all.isEmpty()) {
                    throw e;
                }
                return e;
            }
            if (line == null) {
                return null;
            }
            if (all.size() >= maxLines) {
                all.add(error(line.number(), tooManyLines()));
                return null;
            }
            SentLine sent =
                    line.isOversize()
                            ? error(line.number(), tooLarge())
                            : send(
                                    exchange,
                                    new Numbered(
                                            line.number(),
                                            line.bytes(),
                                            Optional.empty(),
                                            Optional.empty()),
                                    isRepeat);
            all.add(sent);
            body.free();
            if (sent.job() != null && sent.job().isCompletedExceptionally()) {
                // Kafka does not answer, and every later line would wait for it.
                return null;
            }
        }
    }

    private ApiError tooManyLines() {
        return ApiError.of(
                ErrorKind.TOO_LARGE,
                "too_many_lines",
                "one request has at most "
                        + maxLines
                        + " lines (gateway.files.max_lines); this line and those after it were not"
                        + " submitted");
    }

    private ApiError tooLarge() {
        return ApiError.of(
                ErrorKind.TOO_LARGE,
                "request_too_large",
                "the line is larger than " + maxLineBytes + " bytes (topics.max_request_bytes)");
    }

    private static SentLine error(long number, ApiError error) {
        return new SentLine(number, "", null, error);
    }

    /**
     * A line as it was submitted.
     *
     * @param requestId the client's id of a request with one line; empty for none
     * @param traceparent trace context of a request with one line; empty for none
     */
    private record Numbered(
            long number, byte[] json, Optional<String> requestId, Optional<String> traceparent) {}

    private SentLine send(Exchange exchange, Numbered given, boolean isRepeat) {
        long number = given.number();
        var admission = new CallerAdmission(exchange);
        try {
            var isNamed = new AtomicBoolean(true);
            RequestLine line =
                    SubmittedLine.of(
                            given.json(),
                            exchange.caller(),
                            () -> customId(exchange, number, isNamed),
                            given.requestId());
            if (isRepeat) {
                admission.admitRepeat(line);
            } else {
                admission.admit(line);
            }
            return new SentLine(
                    number,
                    line.customId(),
                    isRepeat
                            ? published(exchange, line)
                            : jobs.publish(
                                    exchange.caller().tenant(),
                                    exchange.caller().batch(),
                                    exchange.caller().apiKey(),
                                    line,
                                    given.traceparent(),
                                    isNamed.get()),
                    null);
        } catch (JobRefusal refusal) {
            admission.onRefused();
            return error(number, JobErrors.of(refusal));
        } catch (ApiError e) {
            return error(number, e);
        }
    }

    /**
     * Returns the custom_id for a line without one. If the request has a key, every repeat gets an
     * equal custom_id.
     *
     * @param isNamed set to false if a repeat gets another custom_id
     */
    private String customId(Exchange exchange, long number, AtomicBoolean isNamed) {
        Optional<String> key = exchange.idempotencyKey();
        if (key.isEmpty()) {
            isNamed.set(false);
            return customIds.get();
        }
        var digest = new BodyDigest(key.get());
        digest.add(Long.toString(number));
        return "idem_job_" + digest.end();
    }

    private static CompletableFuture<JobId> published(Exchange exchange, RequestLine line) {
        return CompletableFuture.completedFuture(
                JobId.of(exchange.caller().tenant(), exchange.caller().batch(), line.customId()));
    }
}
