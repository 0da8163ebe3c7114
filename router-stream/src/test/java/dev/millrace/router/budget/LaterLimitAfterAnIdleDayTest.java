package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.router.budget.BudgetWorld.Job;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A limit of a batch, of whose costs a partition has counted some without a report. */
class LaterLimitAfterAnIdleDayTest extends BudgetScene {
    private static final ControlKey.Limit BATCH = new ControlKey.BatchLimit("free", "batch");

    @BeforeEach
    void someCallsAreNotReserved() {
        world.areAllCallsReserved = false;
    }

    @Test
    void countsCostsOfAPartitionThatHasReportedBeforeThatDay() {
        limit(BATCH, 10);
        end(submit(0, "free", 2), 2);
        world.publish(ControlRecord.removal(BATCH));
        settle();
        end(submit(0, "free", 1), 1);
        // The lease of partition 0 is deleted; the next one counts, and reports nothing.
        pass(Duration.ofHours(25));
        end(submit(0, "free", 5), 5);

        limit(BATCH, 7);
        Job next = submit(1, "free", 3);

        assertThat(released()).doesNotContain(next);
    }

    @Test
    void countsCostsOfJobsThatDeclareNoLimitOfTheirBatch() {
        end(submit(0, "free", "batch", BigDecimal.TEN, 1, null), 1);
        end(submit(1, "free", 5), 5);

        limit(BATCH, 7);
        Job next = submit(0, "free", 3);

        assertThat(released()).doesNotContain(next);
    }
}
