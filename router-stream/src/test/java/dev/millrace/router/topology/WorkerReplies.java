package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;

/** Writes what a worker writes for parts of other jobs, each for 0.25 USD. */
public final class WorkerReplies {
    private static final BigDecimal COST_USD = new BigDecimal("0.25");

    private WorkerReplies() {}

    /** Answers a part with a text. */
    public static void answer(RouterDriver router, TestRecord<String, ?> part, String text) {
        String body = "{\"choices\":[{\"message\":{\"content\":" + JsonBytes.quoted(text) + "}}]}";
        end(
                router,
                part,
                new Outcome.Answered(200, null, ProviderBody.of(body.getBytes(UTF_8)), null));
    }

    /** Ends a part with an error. */
    public static void fail(RouterDriver router, TestRecord<String, ?> part, ErrorCode error) {
        end(router, part, Outcome.rejected(error, "it did not work"));
    }

    private static void end(RouterDriver router, TestRecord<String, ?> part, Outcome outcome) {
        JobHeaders job = headers(part);
        ErrorCode error = outcome.error();
        var provenance =
                new Provenance(
                        job.jobId(),
                        job.tenant(),
                        job.batch(),
                        null,
                        job.model(),
                        "openai",
                        1,
                        Provenance.CACHE_MISS,
                        COST_USD,
                        0,
                        0,
                        null,
                        job.routedBy(),
                        List.of(),
                        null);
        CostEvent end =
                CostEvent.withoutCall(job)
                        .afterUncertain(1, job.model(), COST_USD)
                        .with(
                                new JobEnd(
                                        job.routedBy(),
                                        job.model(),
                                        Lane.NORMAL,
                                        error == null ? null : error.code(),
                                        1,
                                        COST_USD,
                                        70));
        var reply =
                new PartReply(
                        Objects.requireNonNull(job.parent()),
                        new JobResult("c", outcome, provenance).toJson(),
                        end);
        reply.cost()
                .ifPresent(
                        it ->
                                router.send(
                                        RouterDriver.TOPICS.costs(),
                                        null,
                                        CostEventCodec.toJson(it),
                                        new RecordHeaders()));
        router.send(RouterDriver.TOPICS.parts(), reply.key(), reply.result(), reply.headers());
    }

    private static JobHeaders headers(TestRecord<String, ?> part) {
        try {
            return JobHeaders.read(part.headers());
        } catch (UnreadableHeader e) {
            throw new AssertionError(e);
        }
    }
}
