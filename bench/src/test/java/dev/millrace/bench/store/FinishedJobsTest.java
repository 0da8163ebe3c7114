package dev.millrace.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.row.StoredValue;
import java.math.BigDecimal;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FinishedJobsTest {
    private static final AnswerText TEXT = AnswerText.generate();
    private static final FinishedJobs SMALL = new FinishedJobs(TEXT, 1_024, 100);
    private static final FinishedJobs LARGE = new FinishedJobs(TEXT, 16_384, 100);

    @Test
    void resultHasTheGivenSize() {
        for (long number = 0; number < 200; number++) {
            assertThat(SMALL.result(number).length).isBetween(1_004, 1_044);
            assertThat(LARGE.result(number).length).isBetween(16_364, 16_404);
        }
    }

    @Test
    void resultCompressesLikeProse() {
        for (long number = 0; number < 50; number++) {
            byte[] result = LARGE.result(number);
            byte[] stored = Objects.requireNonNull(StoredValue.of(result).bytes());
            assertThat((double) result.length / stored.length).isBetween(2.0, 2.7);
        }
    }

    @Test
    void resultAndCostEventAgree() {
        for (long number = 0; number < 200; number++) {
            ResultView view = ResultView.read(SMALL.result(number));
            CostEvent event = CostEventCodec.read(CostEventCodec.toJson(SMALL.cost(number)));
            assertThat(event.jobId().value()).isEqualTo(view.jobId());
            assertThat(event.costUsd()).isEqualByComparingTo(view.costUsd()).isPositive();
            assertThat(event.model()).isEqualTo(view.model());
            assertThat(Objects.requireNonNull(event.end()).times().upstreamMs())
                    .isEqualTo(view.upstreamMs());
        }
    }

    @Test
    void linesAreNumberedInEachBatch() {
        ResultView last = ResultView.read(SMALL.result(99));
        ResultView next = ResultView.read(SMALL.result(100));

        assertThat(last.line()).isEqualTo(100);
        assertThat(next.line()).isEqualTo(1);
        assertThat(next.batch()).isEqualTo(SMALL.batch(100)).isNotEqualTo(last.batch());
    }

    @Test
    void costIsTheSumOfTheEvents() {
        BigDecimal sum = BigDecimal.ZERO;
        for (long number = 0; number < 300; number++) {
            sum = sum.add(SMALL.cost(number).costUsd());
        }

        assertThat(SMALL.costUsd(300)).isEqualByComparingTo(sum);
    }
}
