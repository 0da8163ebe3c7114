package dev.millrace.contracts.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.money.Price;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An attempt with 1,000 input and 1,000 output tokens, planned at 1 and 2 USD per million. */
class JobCostLimitTest {
    private static final JobCostLimit PLANNED =
            new JobCostLimit(
                    new BigDecimal("0.006"),
                    List.of(new BigDecimal("0.003")),
                    new BigDecimal("0.001"),
                    List.of(new AttemptTokens(1_000, 1_000)));

    @Test
    void higherPriceRaisesTheCostOfAnAttemptOnly() {
        JobCostLimit raised = PLANNED.atPrice(0, Price.of("2", "4"));

        assertThat(raised.attemptUsd().getFirst()).isEqualByComparingTo("0.006");
        assertThat(raised.reservedUsd()).isEqualTo(PLANNED.reservedUsd());
        assertThat(raised.coversAttemptAt(0)).isFalse();
    }

    @Test
    void lowerPriceChangesNothing() {
        assertThat(PLANNED.atPrice(0, Price.of("1", "1"))).isEqualTo(PLANNED);
    }

    @Test
    void unknownTokensChangeNothing() {
        var unknown = new JobCostLimit(PLANNED.reservedUsd(), PLANNED.attemptUsd());

        assertThat(unknown.atPrice(0, Price.of("9", "9"))).isEqualTo(unknown);
    }
}
