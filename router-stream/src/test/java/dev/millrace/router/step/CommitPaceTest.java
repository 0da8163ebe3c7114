package dev.millrace.router.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
    private static final long NOW = 1_000_000;

    private final CommitPace pace = new CommitPace();

    @Test
    void withoutARecordNothingIsCommitted() {
        assertThat(pace.onTick()).isFalse();
    }

    @Nested
    class WhileItKeepsUp {
        @Test
        void theNextTickCommits() {
            pace.onRecord(NOW - CommitPace.BACKLOG_MILLIS, NOW);
            assertThat(pace.onTick()).isTrue();
        }

        @Test
        void nothingIsCommittedTwice() {
            pace.onRecord(NOW, NOW);
            pace.onTick();
            assertThat(pace.onTick()).isFalse();
        }
    }

    @Nested
    class WithABacklog {
        @Test
        void ticksDoNotCommit() {
            for (int i = 0; i < 3; i++) {
                pace.onRecord(NOW - CommitPace.BACKLOG_MILLIS - 1, NOW);
                assertThat(pace.onTick()).isFalse();
            }
        }

        @Test
        void theFirstTickWithoutARecordCommits() {
            pace.onRecord(0, NOW);
            pace.onTick();
            assertThat(pace.onTick()).isTrue();
            assertThat(pace.onTick()).isFalse();
        }

        @Test
        void itEndsWithTheFirstRecordThatHasNotWaited() {
            pace.onRecord(0, NOW);
            pace.onRecord(NOW, NOW);
            assertThat(pace.onTick()).isTrue();
        }
    }
}
