package dev.millrace.gateway.stream;

import dev.millrace.gateway.answer.AnswerSender;
import dev.millrace.gateway.answer.CallerAdmission;
import dev.millrace.gateway.answer.ClientWait;
import dev.millrace.gateway.answer.JobErrors;
import dev.millrace.gateway.answer.StreamFlag;
import dev.millrace.gateway.answer.StreamedAnswers;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.job.AwaitedResult;
import dev.millrace.gateway.job.JobCall;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobTicket;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.stream.ClientStream.Ending;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Answers calls with {@code "stream": true}. Cancels the job of a disconnected client. */
public final class StreamedCalls implements StreamedAnswers {
    private static final HeaderName JOB = HeaderNames.create("X-Millrace-Job");

    /** Asks proxies such as nginx to pass events on at once. */
    private static final HeaderName BUFFERING = HeaderNames.create("X-Accel-Buffering");

    private static final int OK = 200;

    private final JobClient jobs;
    private final ClientStreams streams;
    private final StreamTimeouts timeouts;
    private final JobWaits reasons;

    public StreamedCalls(
            JobClient jobs, ClientStreams streams, StreamTimeouts timeouts, JobWaits reasons) {
        this.jobs = jobs;
        this.streams = streams;
        this.timeouts = timeouts;
        this.reasons = reasons;
    }

    @Override
    public void answer(Exchange exchange, JobCall request, CallerAdmission admission)
            throws IOException, InterruptedException {
        if (!request.endpoint().generates()) {
            throw ApiError.invalid("stream", "embeddings have no stream; leave stream out");
        }
        JobTicket ticket = jobs.submit(request, admission);
        ClientWait.run(ticket, () -> stream(exchange, request, admission, ticket));
    }

    private void stream(
            Exchange exchange, JobCall request, CallerAdmission admission, JobTicket ticket)
            throws IOException, InterruptedException {
        var job =
                new StreamedJob(
                        ticket.job(),
                        request.endpoint(),
                        includesUsage(request),
                        exchange.requestId(),
                        timeouts.plus(ClientWait.GRACE),
                        () -> admission.reasons(reasons),
                        ticket.ended().thenApply(line -> end(ticket.check(line))));
        Ending ending;
        try {
            ending = streams.stream(job, () -> open(exchange, ticket));
        } catch (IOException | InterruptedException e) {
            ticket.abandon();
            throw e;
        }
        switch (ending) {
            case ANSWERED -> admission.settle(ended(ticket, request, admission));
            case BROKEN_OFF -> ticket.abandon();
            case NOT_BEGUN -> {
                AwaitedResult ended = ended(ticket, request, admission);
                admission.settle(ended);
                AnswerSender.send(exchange, ended);
            }
        }
    }

    /** Workers always ask providers for the usage, so only the client's own wish counts. */
    private static boolean includesUsage(JobCall request) {
        return StreamFlag.isSet(request.body(), "stream_options", "include_usage");
    }

    private static StreamedJob.End end(AwaitedResult ended) {
        byte[] body = ended.body();
        boolean isAnswer =
                body != null
                        && ended.errorCode().isEmpty()
                        && ended.status().filter(it -> it == OK).isPresent();
        return body != null && isAnswer
                ? new StreamedJob.Answered(
                        ended.field("millrace.attempts").map(Integer::valueOf).orElse(0),
                        AnswerSender.withSources(ended, body))
                : new StreamedJob.Unanswered(JobErrors.of(ended));
    }

    /**
     * Opens the answer with the facts known of the job so far. A comment can be due before Kafka
     * acknowledges the job; the status 200 waits for the acknowledgement.
     */
    private static OutputStream open(Exchange exchange, JobTicket ticket) {
        ticket.requireAccepted();
        if (ticket.ended().isDone() && !ticket.ended().isCompletedExceptionally()) {
            AnswerSender.writeProvenance(exchange, ticket.check(ticket.ended().join()));
        } else {
            exchange.response().header(JOB, ticket.job().value());
        }
        exchange.response().header(BUFFERING, "no");
        return exchange.open("text/event-stream");
    }

    /**
     * Returns the result of a job. Nothing was sent of a job without a result, so its client gets
     * an error.
     */
    private AwaitedResult ended(JobTicket ticket, JobCall request, CallerAdmission admission)
            throws InterruptedException {
        try {
            return ticket.await(Duration.ZERO);
        } catch (TimeoutException e) {
            ticket.abandon();
            ApiError error =
                    ApiError.of(
                            ErrorKind.TIMEOUT,
                            "timeout",
                            "the request was not answered within "
                                    + timeouts.answer().toSeconds()
                                    + " s (gateway.timeout)"
                                    + admission.reasons(reasons));
            throw request.idempotencyKey().isPresent() ? error : error.withoutRetry();
        }
    }
}
