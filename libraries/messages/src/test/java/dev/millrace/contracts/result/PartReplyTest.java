package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import java.math.BigDecimal;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartReplyTest {
    private static final JobId PARENT = JobId.of("acme", "b", "report");
    private static final JobId PART = JobId.ofPart(PARENT, 0, 3, "text".getBytes(UTF_8));

    private static CostEvent billed() {
        return new CostEvent(
                CostEvent.idOf(PART, 2),
                true,
                new BatchJob(PART, "acme", "b"),
                null,
                Route.NONE,
                AttemptCost.uncertain(2, "m", BigDecimal.ONE),
                BigDecimal.TEN,
                new JobEnd(
                        new Route("default/1@v1", "m"), Lane.NORMAL, null, 2, BigDecimal.ONE, 40));
    }

    private static PartReply reread(PartReply reply) {
        return PartReply.read(reply.key(), reply.result(), reply.headers()).orElseThrow();
    }

    @Test
    void survivesARoundTrip() {
        byte[] result = {'x'};
        PartReply read = reread(new PartReply(PARENT, result, billed()));

        assertThat(read.parent()).isEqualTo(PARENT);
        assertThat(read.part()).isEqualTo(PART);
        assertThat(read.result()).isEqualTo(result);
        assertThat(read.end()).isEqualTo(billed());
    }

    @Test
    void partWithoutAResultIsReported() {
        assertThat(reread(new PartReply(PARENT, null, billed())).result()).isNull();
    }

    @Test
    void costBelongsToTheParentAndDoesNotEndIt() {
        CostEvent cost = billed().asCostOf(PARENT);

        assertThat(cost.jobId()).isEqualTo(PARENT);
        assertThat(cost.part()).isEqualTo(PART);
        assertThat(cost.isFinal()).isFalse();
        assertThat(cost.end()).isNull();
        assertThat(cost.eventId()).isEqualTo(PART + "-2");
        assertThat(cost.costUsd()).isEqualTo(BigDecimal.ONE);
        assertThat(cost.reservedUsd()).isZero();
        assertThat(cost.route().to()).isEqualTo("m");
        assertThat(CostEventCodec.read(CostEventCodec.toJson(cost))).isEqualTo(cost);
    }

    @Test
    void recordOfAnotherProgramIsIgnored() {
        assertThat(read(null, "{}")).isFalse();
        assertThat(read("no id".getBytes(UTF_8), "{}")).isFalse();
        assertThat(read(PARENT.value().getBytes(UTF_8), "{}")).isFalse();
        assertThat(PartReply.read(PARENT.value().getBytes(UTF_8), null, new RecordHeaders()))
                .isEmpty();
    }

    private static boolean read(byte @Nullable [] key, String end) {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.JOB_END, end);
        return PartReply.read(key, null, headers).isPresent();
    }
}
