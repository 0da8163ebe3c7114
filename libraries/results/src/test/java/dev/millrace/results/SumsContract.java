package dev.millrace.results;

import static dev.millrace.store.fixture.Records.COSTS_0;
import static dev.millrace.store.fixture.Records.LETTERS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.costRow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.results.fixture.BatchTotals;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of costs and dead letters that both databases must pass. */
abstract class SumsContract extends StoreContract {
    private static Row.Letter letter(
            long offset, @Nullable String tenant, @Nullable Long line, String reason) {
        return new Row.Letter(
                new RecordPosition(LETTERS_0, offset, NOON.plusMillis(offset)),
                new DeadLetter(
                        reason,
                        "why",
                        "millrace.requests",
                        3,
                        70 + offset,
                        tenant,
                        "b",
                        line,
                        null),
                null,
                ("line " + line).getBytes(UTF_8));
    }

    @Nested
    class Costs {
        @Test
        void areSummedExactly() throws Exception {
            store(
                    List.of(
                            costRow(0, cost("b", 1, "0.1")),
                            costRow(1, cost("b", 2, "0.2")),
                            costRow(2, cost("b", 3, "0.0000000000000000001")),
                            costRow(3, cost("b", 4, "9000000000.000001"))),
                    new OffsetChange(COSTS_0, 0, 4));
            BatchTotals totals = BatchTotals.of(database.url(), BATCH);
            assertThat(totals.billedUsd()).isEqualByComparingTo("9000000000.3000010000000000001");
            assertThat(totals.usage()).isEqualTo(new TokenUsage(400, 80, 0, 120, 40));
        }

        @Test
        void areSummedSeparatelyIfUncertain() throws Exception {
            store(
                    List.of(
                            costRow(0, cost("b", 1, 1, CostKind.UNCERTAIN, "0.5")),
                            costRow(1, cost("b", 1, 2, CostKind.BILLED, "0.25")),
                            costRow(2, cost("b", 2, 0, CostKind.NONE, "0"))),
                    new OffsetChange(COSTS_0, 0, 3));
            BatchTotals totals = BatchTotals.of(database.url(), BATCH);
            assertThat(totals.billedUsd()).isEqualByComparingTo("0.25");
            assertThat(totals.uncertainUsd()).isEqualByComparingTo("0.5");
        }

        @Test
        void countOnceIfTheEventIsReadAgainFromACopiedTopic() throws Exception {
            Row.Cost once = costRow(0, cost("b", 1, "0.5"));
            PartitionId copied = new PartitionId("restored", "millrace.costs", "another-id", 0);
            Row.Cost again =
                    new Row.Cost(
                            new RecordPosition(copied, 17, once.position().recordedAt()),
                            once.event());
            store(List.of(once), new OffsetChange(COSTS_0, 0, 1));
            writer.add(Map.of(copied, 17L));
            store(List.of(again), new OffsetChange(copied, 17, 18));
            assertThat(BatchTotals.of(database.url(), BATCH).billedUsd())
                    .isEqualByComparingTo("0.5");
        }

        @Test
        void countTwiceIfTheJobRanAgainLater() throws Exception {
            store(
                    List.of(costRow(0, cost("b", 1, "0.5")), costRow(1, cost("b", 1, "0.5"))),
                    new OffsetChange(COSTS_0, 0, 2));
            assertThat(BatchTotals.of(database.url(), BATCH).billedUsd()).isEqualByComparingTo("1");
        }
    }

    @Nested
    class DeadLetters {
        @Test
        void areFoundByTheirLine() throws Exception {
            store(
                    List.of(
                            letter(0, "default", 5L, "duplicate"),
                            letter(1, null, 6L, "duplicate")),
                    new OffsetChange(LETTERS_0, 0, 2));
            try (var store = ResultStore.open(database.url())) {
                StoredDeadLetter found = store.findDeadLetter(BATCH, 6).orElseThrow();
                assertThat(found.letter()).isEqualTo(letter(1, null, 6L, "duplicate").letter());
                assertThat(found.key()).isNull();
                assertThat(found.value()).isEqualTo("line 6".getBytes(UTF_8));
                assertThat(store.findDeadLetter(BATCH, 7)).isEmpty();
            }
        }
    }
}
