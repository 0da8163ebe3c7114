package dev.millrace.gateway.answer;

import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.job.AwaitedResult;
import dev.millrace.gateway.job.JobCall;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobRefusal;
import dev.millrace.gateway.job.JobTicket;
import dev.millrace.gateway.job.JobWaits;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The routes of calls that are answered at once: one for each endpoint of the pipeline. */
public final class AnswerRoutes {
    private final JobClient jobs;
    private final ProviderChoice providers;
    private final StreamedAnswers streams;
    private final CallWaits waits;
    private final JobWaits reasons;
    private final InstantSource clock;

    /** Creates the routes. */
    public AnswerRoutes(
            JobClient jobs,
            ModelsInService models,
            StreamedAnswers streams,
            CallWaits waits,
            JobWaits reasons,
            InstantSource clock) {
        this.jobs = jobs;
        providers = new ProviderChoice(models, jobs::read);
        this.streams = streams;
        this.waits = waits;
        this.reasons = reasons;
        this.clock = clock;
    }

    /** Returns the routes. */
    public List<HttpRoute> routes() {
        return Endpoints.known().all().stream()
                .map(
                        it ->
                                HttpRoute.post(
                                        it.url().substring(GatewayApi.PATH.length() + 1),
                                        exchange -> answer(exchange, it)))
                .toList();
    }

    private void answer(Exchange exchange, Endpoint endpoint)
            throws IOException, InterruptedException {
        byte[] body = exchange.body(jobs.maxRequestBytes(), "topics.max_request_bytes");
        boolean isStream = StreamFlag.isSet(body, "stream");
        var request =
                new JobCall(
                        exchange.caller().tenant(),
                        exchange.caller().batch(),
                        exchange.caller().apiKey(),
                        endpoint,
                        body,
                        ProviderHeaders.of(exchange, endpoint),
                        clock.instant().plus(waits.answer()),
                        new JobCall.ClientIds(
                                exchange.idempotencyKey(),
                                exchange.clientRequestId(),
                                exchange.traceparent()),
                        answerWait(exchange, isStream));
        var admission = new CallerAdmission(exchange);
        try {
            JobCall chosen = providers.apply(exchange, request);
            if (isStream) {
                streams.answer(exchange, chosen, admission);
            } else {
                answerAtOnce(exchange, chosen, admission);
            }
        } catch (JobRefusal refusal) {
            admission.onRefused();
            throw JobErrors.of(refusal);
        }
    }

    /**
     * Decides how the client waits. With an idempotency key, a client can ask for the result after
     * its stream has broken.
     */
    private AnswerWait answerWait(Exchange exchange, boolean isStream) {
        Chunks chunks =
                !isStream
                        ? Chunks.NONE
                        : exchange.idempotencyKey().isPresent() ? Chunks.REPEATABLE : Chunks.ONCE;
        return new AnswerWait(chunks, new OnUnavailable(waits.unavailable()));
    }

    private void answerAtOnce(Exchange exchange, JobCall request, CallerAdmission admission)
            throws InterruptedException, IOException {
        JobTicket ticket = jobs.submit(request, admission);
        ClientWait.run(
                ticket,
                () -> {
                    AwaitedResult ended = await(ticket, request, admission);
                    admission.settle(ended);
                    AnswerSender.send(exchange, ended);
                });
    }

    private AwaitedResult await(JobTicket ticket, JobCall request, CallerAdmission admission)
            throws InterruptedException {
        try {
            return ticket.await(waits.answer().plus(ClientWait.GRACE));
        } catch (TimeoutException e) {
            ticket.abandon();
            throw timedOut(request, admission);
        } catch (InterruptedException e) {
            ticket.abandon();
            throw e;
        }
    }

    /**
     * A repeat without the same key would be another call, while the first one is possibly paid.
     */
    private ApiError timedOut(JobCall request, CallerAdmission admission) {
        String text =
                "the request was not answered within "
                        + waits.answer().toSeconds()
                        + " s (gateway.timeout)"
                        + admission.reasons(reasons)
                        + "; ";
        return request.idempotencyKey().isPresent()
                ? ApiError.of(
                        ErrorKind.TIMEOUT,
                        "timeout",
                        text + "repeat it with the same Idempotency-Key")
                : ApiError.of(ErrorKind.TIMEOUT, "timeout", text + "it is cancelled")
                        .withoutRetry();
    }
}
