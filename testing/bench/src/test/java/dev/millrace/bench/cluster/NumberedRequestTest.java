package dev.millrace.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
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
    void endIsTheFinalCostEventOfTheJob() {
        var pipeline = new BenchPipeline("127.0.0.1:9092", "bench.", 4);
        var request = NumberedRequest.of("t", "auto", 7);

        var end = NumberedRequest.end(pipeline, request.key());

        CostEvent event = CostEventCodec.read(end.value());
        assertThat(end.topic()).isEqualTo("bench.costs");
        assertThat(event.isFinal()).isTrue();
        assertThat(event.jobId()).isEqualTo(JobId.of("acme", "bench", "7"));
        assertThat(event.end()).isNotNull();
    }

    @Test
    void otherLinesHaveNoNumber() {
        assertThat(NumberedRequest.number("{\"custom_id\":\"job-1\"}".getBytes(UTF_8)))
                .isEqualTo(-1);
        assertThat(NumberedRequest.number(new byte[3])).isEqualTo(-1);
    }
}
