package dev.millrace.router.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.BudgetStore;
import dev.millrace.router.budget.Reservation;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingJob;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests that split jobs and budgets do not touch each other's entries in their common store. */
class StoreOfBudgetsTest {
    private static final String BUDGETS = "SRQTWD";
    private static final String SPLIT_JOBS = "spaeowd";

    private final SplitWorld world = new SplitWorld();
    private final Doc split = Doc.of("split", 3).until(world.clock.instant().plusSeconds(60));

    private BudgetStore budgets() {
        return new BudgetStore(world.entries);
    }

    /** Parks the split job as well, in its group, with its money reserved. */
    private WaitingJob park() {
        BudgetStore budgets = budgets();
        PlannedRecord record = split.job(world.clock.instant());
        String group = SplitStore.group(split.id());
        WaitingJob parked =
                WaitingJob.of(group, budgets.parked().nextSequence(), record.job().headers());
        budgets.parked().add(parked, record.encode());
        budgets.put(group, new BudgetStore.QueueTotals(1, BigDecimal.ONE, 0));
        budgets.put(
                split.id(),
                Reservation.first(
                        List.of("tenant/t"),
                        BigDecimal.ONE,
                        null,
                        new Reservation.Progress(5, 0, 0)));
        budgets.parked().save();
        world.commit();
        return parked;
    }

    private List<String> entries(String kinds) {
        List<String> found = new ArrayList<>();
        kinds.chars()
                .mapToObj(it -> world.entries.entries((char) it))
                .flatMap(it -> it.entrySet().stream())
                .forEach(
                        it ->
                                found.add(
                                        HexFormat.of().formatHex(it.getKey().get())
                                                + "="
                                                + HexFormat.of().formatHex(it.getValue())));
        return found;
    }

    @Nested
    class ASplitJobThatEnds {
        private void assertThatBudgetsStay(Runnable history) {
            park();
            List<String> before = entries(BUDGETS);
            world.submit(split);
            history.run();

            assertThat(world.hasEnded(split)).isTrue();
            assertThat(entries(BUDGETS)).hasSize(5).isEqualTo(before);
            assertThat(entries(SPLIT_JOBS)).isEmpty();
        }

        @Test
        void leavesEntriesOfBudgetsAfterItsAnswer() {
            assertThatBudgetsStay(world::answerAll);
        }

        @Test
        void leavesEntriesOfBudgetsAfterItsDeadline() {
            assertThatBudgetsStay(
                    () -> {
                        world.clock.advance(Duration.ofSeconds(61));
                        world.tick();
                        world.answerAll();
                        world.tick();
                    });
        }
    }

    @Nested
    class AParkedJobThatIsReleased {
        @Test
        void leavesEntriesOfSplitJobs() {
            world.submit(split);
            List<String> before = entries(SPLIT_JOBS);
            WaitingJob parked = park();

            budgets().parked().remove(parked);
            budgets().deleteReservation(split.id());
            budgets().deleteQueue(parked.group());

            assertThat(before).isNotEmpty();
            assertThat(entries(SPLIT_JOBS)).isEqualTo(before);
            assertThat(budgets().parked().hasAny(parked.group(), 0)).isFalse();
            assertThat(budgets().queues()).isEmpty();
        }
    }
}
