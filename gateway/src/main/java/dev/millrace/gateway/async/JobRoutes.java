package dev.millrace.gateway.async;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.answer.JobErrors;
import dev.millrace.gateway.connection.ClientConnection;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.Route;
import dev.millrace.gateway.job.EndedJob;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobRefusal;
import dev.millrace.gateway.job.JobTicket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    private final LongSupplier nanoTicker;
    private volatile boolean isStopping;

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
     * @param customIds makes the custom_ids of lines that have none
     */
    public JobRoutes(
            JobClient jobs, Supplier<String> customIds, Limits limits, LongSupplier nanoTicker) {
        this.jobs = jobs;
        this.nanoTicker = nanoTicker;
        longestStream = limits.longestStream();
        submission = new JobSubmission(jobs, customIds, limits.maxLineBytes(), limits.maxLines());
    }

    /** Returns the routes. */
    public List<Route> routes() {
        return List.of(
                Route.post("jobs", submission::submit),
                Route.get("jobs/{id}", this::get),
                Route.get("jobs/{id}/events", this::events));
    }

    /** Ends the streams of events within {@link #COMMENT_EVERY}; their clients open them again. */
    public void endStreams() {
        isStopping = true;
    }

    private void get(Exchange exchange) {
        JobId id = id(exchange);
        Optional<EndedJob> ended;
        try {
            ended = jobs.ended(exchange.caller().tenant(), exchange.caller().batch(), id);
        } catch (RuntimeException e) {
            throw ApiError.overloaded(
                    Duration.ofSeconds(5), "results cannot be read: " + e.getMessage());
        }
        exchange.sendJson(object(id, ended.map(it -> own(exchange, it))));
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

    /** Returns the job if it belongs to the caller's tenant. */
    private static EndedJob own(Exchange exchange, EndedJob ended) {
        if (!ended.field("millrace.tenant").equals(Optional.of(exchange.caller().tenant()))) {
            throw notFound();
        }
        return ended;
    }

    private static byte[] object(JobId id, Optional<EndedJob> ended) {
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
        JobTicket ticket;
        try {
            ticket = jobs.follow(exchange.caller().tenant(), exchange.caller().batch(), id);
        } catch (JobRefusal refusal) {
            throw JobErrors.of(refusal);
        }
        try (ticket;
                var _ = ClientConnection.watch(ticket::abandon);
                OutputStream out = exchange.open("text/event-stream")) {
            follow(exchange, id, ticket, out);
        } catch (JobRefusal gone) {
            throw new IOException(new SocketException("the client has gone"));
        }
    }

    private void follow(Exchange exchange, JobId id, JobTicket ticket, OutputStream out)
            throws IOException, InterruptedException {
        long start = nanoTicker.getAsLong();
        write(out, ": waiting\n\n");
        while (!isStopping && nanoTicker.getAsLong() - start < longestStream.toNanos()) {
            try {
                EndedJob ended = own(exchange, ticket.await(COMMENT_EVERY));
                write(out, "event: ended\ndata: ");
                out.write(object(id, Optional.of(ended)));
                write(out, "\n\n");
                return;
            } catch (TimeoutException e) {
                write(out, ": waiting\n\n");
            } catch (ApiError e) {
                if (e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
                write(out, "event: error\ndata: {\"code\":\"not_found\"}\n\n");
                return;
            }
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }
}
