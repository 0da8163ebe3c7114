package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.gateway.submission.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class WaitingBatchesTest {
    private static final TopicPartition FIRST = new TopicPartition("submissions", 0);
    private static final TopicPartition SECOND = new TopicPartition("submissions", 1);
    private static final Duration TURN = Duration.ofMillis(500);
    private static final int FULL = 1_000;

    private final WaitingBatches waiting = new WaitingBatches(FULL);
    private Instant now = Instant.parse("2026-11-20T08:00:00Z");
    private long offset;

    private void add(TopicPartition partition, String tenant, int count) {
        for (int i = 0; i < count; i++) {
            waiting.add(batch(partition, tenant, Instant.EPOCH, Map.of()));
        }
    }

    private OwnedBatch batch(
            TopicPartition partition,
            String tenant,
            Instant notBefore,
            Map<String, String> metadata) {
        long place = offset++;
        var submission =
                new Submission(
                        tenant + place,
                        tenant,
                        new Submission.InputFile("file", Optional.empty()),
                        Endpoint.CHAT_COMPLETIONS,
                        "24h",
                        metadata,
                        Instant.EPOCH.plusSeconds(place),
                        Instant.MAX,
                        Submission.Spending.NONE,
                        Optional.empty(),
                        "ada",
                        Optional.empty());
        return new OwnedBatch(
                partition, place, submission, now, Progress.none(submission.id()), notBefore, 0);
    }

    /** Takes a batch as the publisher does; returns its id, or "none". */
    private String take() {
        assertThat(waiting.startRound(now, _ -> true)).isEmpty();
        return waiting.take(now).map(it -> it.submission().id()).orElse("none");
    }

    @Test
    void tenantsTakeTurns() {
        add(FIRST, "a", 4);
        add(FIRST, "b", 2);
        assertThat(take()).isEqualTo("a0");
        now = now.plus(TURN.minusNanos(1));
        assertThat(take()).isEqualTo("a1");

        now = now.plusNanos(1);
        assertThat(take()).isEqualTo("b4");
        now = now.plus(TURN);
        assertThat(take()).isEqualTo("a2");
        now = now.plus(TURN);
        assertThat(take()).isEqualTo("b5");
    }

    @Test
    void turnEndsWithTheLastBatchOfItsTenant() {
        add(FIRST, "a", 1);
        add(FIRST, "b", 2);
        assertThat(take()).isEqualTo("a0");
        assertThat(take()).isEqualTo("b1");

        add(FIRST, "a", 1);
        now = now.plus(TURN);
        assertThat(take()).isEqualTo("b2");
        assertThat(take()).isEqualTo("a3");
        assertThat(take()).isEqualTo("none");
    }

    @Test
    void tenantThatComesLateHasItsTurnInTheSameRound() {
        add(FIRST, "b", 3);
        add(FIRST, "c", 3);
        assertThat(take()).isEqualTo("b0");
        add(SECOND, "a", 1);
        now = now.plus(TURN);
        assertThat(take()).isEqualTo("a6");
        assertThat(take()).isEqualTo("c3");
    }

    @Test
    void batchThatOvertakesFewestComesFirst() {
        add(FIRST, "a", 2);
        add(FIRST, "b", 1);
        add(SECOND, "b", 1);
        assertThat(take()).isEqualTo("a0");
        now = now.plus(TURN);

        assertThat(take()).isEqualTo("b3");
    }

    @Test
    void batchThatIsNotDueWaits() {
        waiting.add(batch(FIRST, "a", now.plusSeconds(5), Map.of()));
        add(FIRST, "a", 1);
        assertThat(take()).isEqualTo("a1");
        assertThat(take()).isEqualTo("none");
        assertThat(waiting.hasDue(now)).isFalse();

        now = now.plusSeconds(5);
        assertThat(take()).isEqualTo("a0");
    }

    @Test
    void batchesOfABlockedTenantWaitTogether() {
        add(FIRST, "a", 2);
        add(SECOND, "a", 1);
        add(SECOND, "b", 1);
        waiting.block("a", now.plusSeconds(5));

        assertThat(take()).isEqualTo("b3");
        assertThat(take()).isEqualTo("none");
        assertThat(waiting.all()).allMatch(waiting::isPostponed);
        now = now.plusSeconds(5);
        assertThat(take()).isEqualTo("a0");
        assertThat(waiting.all()).noneMatch(waiting::isPostponed);
    }

    @Test
    void fullPartitionMovesBackOnceEachTenantHasHadItsTurn() {
        add(FIRST, "a", FULL + 1);
        add(FIRST, "b", 1);
        add(SECOND, "a", 1);
        assertThat(waiting.startRound(now, _ -> true)).isEmpty();
        assertThat(take()).isEqualTo("a0");
        assertThat(waiting.full()).containsExactly(FIRST);
        now = now.plus(TURN);
        assertThat(take()).isEqualTo("b" + (FULL + 1));
        now = now.plus(TURN);

        List<List<OwnedBatch>> moved = waiting.startRound(now, _ -> true);

        assertThat(moved).hasSize(1);
        assertThat(moved.getFirst()).hasSize(FULL).allMatch(it -> it.partition().equals(FIRST));
        assertThat(waiting.full()).isEmpty();
        assertThat(take()).isEqualTo("a" + (FULL + 2));
    }

    @Test
    void fullPartitionOfBatchesThatAreNotDueMovesBackOnceInATurn() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < FULL; i++) {
                waiting.add(batch(FIRST, "a", Instant.MAX, Map.of()));
            }
            assertThat(waiting.startRound(now, _ -> true).getFirst()).hasSize(FULL);
            assertThat(waiting.startRound(now, _ -> true)).isEmpty();
            now = now.plus(TURN);
        }
    }

    @Test
    void fullPartitionWithoutOthersToReadStays() {
        add(FIRST, "a", FULL + 1);
        assertThat(take()).isEqualTo("a0");
        now = now.plus(TURN);

        assertThat(waiting.startRound(now, _ -> false)).isEmpty();
        assertThat(take()).isEqualTo("a1");
    }

    @Test
    void metadataFillsAPartition() {
        for (int i = 0; i < FULL / 2; i++) {
            assertThat(waiting.full()).isEmpty();
            waiting.add(batch(FIRST, "a", Instant.EPOCH, Map.of("k", "v")));
        }

        assertThat(waiting.full()).containsExactly(FIRST);
    }

    @Test
    void batchesBeforeATakenOneAreMoved() {
        add(FIRST, "a", 3);
        add(FIRST, "b", 1);
        add(FIRST, "a", 1);
        assertThat(take()).isEqualTo("a0");
        now = now.plus(TURN);
        OwnedBatch taken = waiting.take(now).orElseThrow();

        assertThat(waiting.takeBefore(FIRST, taken.offset()))
                .extracting(it -> it.submission().id())
                .containsExactly("a1", "a2");
        assertThat(waiting.all()).extracting(it -> it.submission().id()).containsExactly("a4");
    }
}
