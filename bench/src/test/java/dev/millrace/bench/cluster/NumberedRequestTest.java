package dev.millrace.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.EndedJob;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.Route;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

import org.junit.jupiter.api.Test;

class NumberedRequestTest {
    @Property
    void requestContainsItsNumber(@ForAll @LongRange(min = 0) long number) {
        assertThat(NumberedRequest.number(NumberedRequest.of("t", "auto", number).value()))
                .isEqualTo(number);
    }

    @Test
    void requestIsValid() {
        assertThat(RequestParser.parse(NumberedRequest.of("t", "auto", 7).value()))
                .isInstanceOf(ParseResult.Accepted.class);
    }

    @Test
    void resultContainsTheNumberOfItsRequest() {
        var rejected = Outcome.rejected(ErrorCode.CANCELLED, "cancelled");
        var provenance =
                new Provenance(
                        EndedJob.of(
                                new BatchJob(JobId.of("acme", "b", "42"), "acme", "b"),
                                1L,
                                Route.NONE,
                                EndReceivers.ofPartition(null),
                                null),
                        Calls.NONE,
                        new JobLabels(null, null));

        assertThat(NumberedRequest.number(new JobResult("42", rejected, provenance).toJson()))
                .isEqualTo(42);
    }

    @Test
    void otherLinesHaveNoNumber() {
        assertThat(NumberedRequest.number("{\"custom_id\":\"job-1\"}".getBytes(UTF_8)))
                .isEqualTo(-1);
        assertThat(NumberedRequest.number(new byte[3])).isEqualTo(-1);
    }
}
