package dev.millrace.gateway.async;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.answer.JobErrors;
import dev.millrace.gateway.connection.ClientConnection;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.job.AwaitedResult;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobRefusal;
import dev.millrace.gateway.job.JobTicket;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.serving.ControlWaits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/** The routes of jobs that clients submit without waiting for their answers. */
public final class JobRoutes {
    private static final Duration COMMENT_EVERY = Duration.ofSeconds(15);

    private final JobClient jobs;
    private final JobSubmission submission;
    private final Duration longestStream;
    private final JobWaits waits;
    private final LongSupplier nanoTicker;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * The limits of the routes.
     *
     * @param maxLineBytes largest size of a line
     * @param maxLines largest number of lines of one request
     * @param longestStream time after which a stream of events ends without an event
     */
    public record Limits(int maxLineBytes, long maxLines, Duration longestStream) {}

    /**
     * Creates the routes.
     *
     * @param customIds creates custom_ids for lines without one
     * @param repeats the requests with an Idempotency-Key
     * @param waits supplies the reasons why jobs wait
     */
    public JobRoutes(
            JobClient jobs,
            Supplier<String> customIds,
            Limits limits,
            RepeatedRequests repeats,
            JobWaits waits,
            LongSupplier nanoTicker) {
        this.jobs = jobs;
        this.waits = waits;
        this.nanoTicker = nanoTicker;
        longestStream = limits.longestStream();
        submission = new JobSubmission(jobs, customIds, repeats, limits);
    }

    /** Returns the routes. */
    public List<HttpRoute> routes() {
        return List.of(
                HttpRoute.post("jobs", submission::submit),
                HttpRoute.get("jobs/{id}", this::get),
                HttpRoute.get("jobs/{id}/events", this::events));
    }

    /** Ends the event streams within {@link #COMMENT_EVERY}; clients then reconnect. */
    public void endStreams() {
        stopped.countDown();
    }

    private void get(Exchange exchange) {
        JobId id = id(exchange);
        Optional<AwaitedResult> ended;
        try {
            ended = jobs.ended(exchange.caller().tenant(), exchange.caller().batch(), id);
        } catch (RuntimeException e) {
            throw ApiError.overloaded(
                    Duration.ofSeconds(5), "results cannot be read: " + e.getMessage());
        }
        exchange.sendJson(object(id, ended.filter(it -> isOwn(exchange, it))));
    }

    private static JobId id(Exchange exchange) {
        try {
            return new JobId(exchange.path().getFirst());
        } catch (IllegalArgumentException e) {
            throw notFound();
        }
    }

    private static ApiError notFound() {
        return ApiError.notFound("there is no job with this id");
    }

    /**
     * Returns true if a job belongs to the caller's tenant. Jobs of other tenants are reported as
     * nonexistent. Ids are hashes of names, so any other answer would reveal whether a guessed name
     * exists.
     */
    private static boolean isOwn(Exchange exchange, AwaitedResult ended) {
        return ended.field("millrace.tenant").equals(Optional.of(exchange.caller().tenant()));
    }

    private static byte[] object(JobId id, Optional<AwaitedResult> ended) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("id", id.value());
            json.writeStringProperty("object", "job");
            if (ended.isPresent()) {
                boolean failed = ended.get().errorCode().isPresent();
                json.writeStringProperty("status", failed ? "failed" : "completed");
                json.writeName("result");
                json.writeRawValue(new String(ended.get().line(), UTF_8));
            } else {
                json.writeStringProperty("status", "pending");
                json.writeNullProperty("result");
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private void events(Exchange exchange) throws IOException, InterruptedException {
        JobId id = id(exchange);
        if (exchange.answersHead(Exchange.EVENTS, 0)) {
            return;
        }
        JobTicket ticket;
        try {
            ticket = jobs.follow(exchange.caller().tenant(), exchange.caller().batch(), id);
        } catch (JobRefusal refusal) {
            throw JobErrors.of(refusal);
        }
        try (ticket;
                var _ = ClientConnection.watch(ticket::abandon);
                OutputStream out = exchange.open(Exchange.EVENTS)) {
            follow(exchange, id, ticket, out);
        } catch (JobRefusal gone) {
            throw new IOException(new SocketException("the client has gone"));
        }
    }

    private void follow(Exchange exchange, JobId id, JobTicket ticket, OutputStream out)
            throws IOException, InterruptedException {
        long start = nanoTicker.getAsLong();
        String sent = writeWaits(exchange, out, "");
        while (stopped.getCount() > 0
                && exchange.caller().limits().isInForce()
                && nanoTicker.getAsLong() - start < longestStream.toNanos()) {
            Optional<AwaitedResult> ended = await(exchange, ticket);
            if (ended.isPresent()) {
                write(out, "event: ended\ndata: ");
                out.write(object(id, ended));
                write(out, "\n\n");
                return;
            }
            sent = writeWaits(exchange, out, sent);
        }
    }

    /**
     * Writes why jobs of this kind wait, or a comment if the reasons were sent before.
     *
     * @return the reasons as JSON
     */
    private String writeWaits(Exchange exchange, OutputStream out, String sent) throws IOException {
        var caller = exchange.caller();
        var json = JsonFields.object();
        var permitted =
                waits
                        .of(
                                new ControlWaits.Scope(
                                        caller.tenant(), caller.batch(), caller.apiKey(), Set.of()))
                        .stream()
                        .filter(it -> it.model().isEmpty() || caller.limits().permits(it.model()))
                        .toList();
        JobWaits.write(permitted, json.putArray("waiting"));
        String text = permitted.isEmpty() ? "" : json.toString();
        write(
                out,
                text.isEmpty() || text.equals(sent)
                        ? ": waiting\n\n"
                        : "event: waiting\ndata: " + text + "\n\n");
        return text;
    }

    /** Waits until the next comment at most. The end of another tenant's job is not noticed. */
    private Optional<AwaitedResult> await(Exchange exchange, JobTicket ticket)
            throws InterruptedException {
        long begun = nanoTicker.getAsLong();
        try {
            AwaitedResult ended = ticket.await(COMMENT_EVERY);
            if (isOwn(exchange, ended)) {
                return Optional.of(ended);
            }
        } catch (TimeoutException e) {
            return Optional.empty();
        }
        long left = COMMENT_EVERY.toNanos() - (nanoTicker.getAsLong() - begun);
        var _ = stopped.await(left, TimeUnit.NANOSECONDS);
        return Optional.empty();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }
}
