package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.EndWriter;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import java.math.BigDecimal;
import org.apache.kafka.streams.test.TestRecord;

/** Writes a worker's reports for parts of other jobs, each for 0.25 USD. */
public final class WorkerReplies {
    private static final BigDecimal COST_USD = new BigDecimal("0.25");

    private WorkerReplies() {}

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
        var calls = new Calls(job.model(), "openai", 1, COST_USD, new JobTimes(70, 0, null), null);
        var provenance =
                new Provenance(JobFacts.of(job, Lane.NORMAL), calls, new JobLabels(null, null));
        var ending =
                new JobEnding.Settled(
                        new JobResult("c", outcome, provenance),
                        AttemptCost.uncertain(1, job.model(), COST_USD));
        new EndWriter(RouterDriver.TOPICS, () -> Integer.MAX_VALUE)
                .write(ending)
                .records()
                .reversed()
                .forEach(it -> router.send(it.topic(), it.key(), it.value(), it.headers()));
    }

    private static JobHeaders headers(TestRecord<String, ?> part) {
        try {
            return JobHeaders.read(part.headers());
        } catch (UnreadableHeader e) {
            throw new AssertionError(e);
        }
    }
}
