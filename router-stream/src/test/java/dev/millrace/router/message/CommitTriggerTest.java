package dev.millrace.router.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CommitTriggerTest {
    private long waiting;
    private int commits;
    private final CommitTrigger trigger = new CommitTrigger(new FixedBacklog(() -> waiting));

    private void tick() {
        trigger.onTick(() -> commits++);
    }

    @Test
    void tickWithoutWorkDoesNotCommit() {
        tick();

        assertThat(commits).isZero();
    }

    @Nested
    class WithoutABacklog {
        @Test
        void nextTickCommitsOnce() {
            waiting = CommitTrigger.BACKLOG_RECORDS;
            trigger.onWork();
            tick();
            tick();

            assertThat(commits).isEqualTo(1);
        }
    }

    @Nested
    class WithUrgentWork {
        @Test
        void loneRecordIsCommittedAtOnceAndNotAgainWithTheNextTick() {
            trigger.onWork();
            trigger.onUrgentWork(() -> commits++);
            assertThat(commits).isEqualTo(1);

            tick();
            assertThat(commits).isEqualTo(1);
        }

        @Test
        void recordWithOthersBehindItIsCommittedWithTheNextTick() {
            waiting = 1;
            trigger.onUrgentWork(() -> commits++);
            assertThat(commits).isZero();

            tick();
            assertThat(commits).isEqualTo(1);
        }
    }

    @Nested
    class WithABacklog {
        @Test
        void ticksDoNotCommit() {
            waiting = CommitTrigger.BACKLOG_RECORDS + 1;
            trigger.onWork();
            tick();
            tick();

            assertThat(commits).isZero();
        }

        @Test
        void firstTickAfterTheBacklogCommits() {
            waiting = CommitTrigger.BACKLOG_RECORDS + 1;
            trigger.onWork();
            tick();
            waiting = 0;
            tick();

            assertThat(commits).isEqualTo(1);
        }
    }
}
