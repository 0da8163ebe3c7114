package dev.millrace.router.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.flow.FixedBacklog;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
    private long waiting;
    private int commits;
    private final CommitPace pace = new CommitPace(new FixedBacklog(() -> waiting));

    private void tick() {
        pace.onTick(() -> commits++);
    }

    @Test
    void withoutARecordNothingIsCommitted() {
        tick();

        assertThat(commits).isZero();
    }

    @Nested
    class WhileItKeepsUp {
        @Test
        void theNextTickCommitsOnce() {
            waiting = CommitPace.BACKLOG_RECORDS;
            pace.onWork();
            tick();
            tick();

            assertThat(commits).isEqualTo(1);
        }
    }

    @Nested
    class WithABacklog {
        @Test
        void ticksDoNotCommit() {
            waiting = CommitPace.BACKLOG_RECORDS + 1;
            pace.onWork();
            tick();
            tick();

            assertThat(commits).isZero();
        }

        @Test
        void theFirstTickAfterItCommits() {
            waiting = CommitPace.BACKLOG_RECORDS + 1;
            pace.onWork();
            tick();
            waiting = 0;
            tick();

            assertThat(commits).isEqualTo(1);
        }
    }
}
