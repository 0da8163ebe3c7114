package dev.millrace.router.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.message.RoutingMessage.Origin;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CommitTriggerTest {
    private long waiting;
    private long polledUrgent;
    private boolean hasTime = true;
    private boolean isDue;
    private int commits;
    private final CommitTrigger trigger = new CommitTrigger(new Backlog(), () -> commits++);

    private final class Backlog implements ThreadBacklog {
        @Override
        public void onRecord(Origin record) {}

        @Override
        public long records() {
            return waiting;
        }

        @Override
        public long polledUrgent() {
            return polledUrgent;
        }

        @Override
        public boolean hasTimeToCommit() {
            return hasTime;
        }

        @Override
        public boolean isCommitDue() {
            return isDue;
        }
    }

    private void tick() {
        trigger.onTick();
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
        void loneRequestIsCommittedAtOnceAndNotAgainWithTheNextTick() {
            trigger.onWork();
            trigger.onUrgentWork();
            assertThat(commits).isEqualTo(1);

            tick();
            assertThat(commits).isEqualTo(1);
        }

        @Test
        void requestIsCommittedWithTheLastOneThatWasPolledWithIt() {
            waiting = 2 * CommitTrigger.BACKLOG_RECORDS;
            polledUrgent = 1;
            trigger.onUrgentWork();
            assertThat(commits).isZero();

            polledUrgent = 0;
            trigger.onWork();
            assertThat(commits).isEqualTo(1);
        }

        @Test
        void requestIsCommittedWithTheNextTickOnceAnotherTaskHasProcessedTheLastOne() {
            waiting = 2 * CommitTrigger.BACKLOG_RECORDS;
            polledUrgent = 1;
            trigger.onUrgentWork();
            tick();
            assertThat(commits).isZero();

            polledUrgent = 0;
            tick();
            assertThat(commits).isEqualTo(1);
        }
    }

    @Nested
    class WithUrgentWorkAndSlowCommits {
        @Test
        void requestInABacklogWaitsUntilRecordsHadAsMuchTimeAsTheLastCommit() {
            waiting = CommitTrigger.BACKLOG_RECORDS + 1;
            hasTime = false;
            trigger.onUrgentWork();
            tick();
            assertThat(commits).isZero();

            hasTime = true;
            tick();
            assertThat(commits).isEqualTo(1);
        }

        @Test
        void requestWithoutABacklogIsCommittedAtOnce() {
            hasTime = false;
            trigger.onUrgentWork();

            assertThat(commits).isEqualTo(1);
        }
    }

    @Nested
    class WithABacklog {
        @Test
        void tickAfterTheCommitIntervalCommits() {
            waiting = CommitTrigger.BACKLOG_RECORDS + 1;
            isDue = true;
            trigger.onWork();
            tick();

            assertThat(commits).isEqualTo(1);
        }

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
