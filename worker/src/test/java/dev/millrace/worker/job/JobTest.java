package dev.millrace.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JobTest {
    private static final Hold HOLD = new Hold(WaitingReason.PROVIDER_WAIT, "");

    private final Partition partition = Jobs.active();
    private final Job job = Jobs.ready(partition, 0);

    private static CallReport report(Verdict verdict, boolean called) {
        return new CallReport(null, "", verdict, called, Duration.ofMillis(5), null);
    }

    private static Verdict failed(ErrorCode error) {
        return new Verdict.Failed(error, "test", null, null, Billing.NOTHING);
    }

    private void launch() {
        job.onAnnounced();
        job.onLaunched(Jobs.NOW);
    }

    private static void isRefused(ThrowingCallable transition) {
        assertThatIllegalStateException().isThrownBy(transition);
    }

    @Nested
    class AnAttempt {
        @Test
        void attemptCountsFromItsAnnouncement() {
            job.onAnnounced();

            assertThat(job.attempts()).isEqualTo(1);
        }

        @Test
        void withdrawnAttemptDoesNotCount() {
            job.onAnnounced();
            job.onWithdrawn();

            assertThat(job.attempts()).isZero();
            assertThat(job.isReady()).isTrue();
        }

        @Test
        void timeToTheFirstTokenIsThatOfTheLastCall() {
            launch();
            job.onReport(streamed(Duration.ofMillis(3)));
            assertThat(job.times().firstTokenMs()).isEqualTo(3);

            job.makeReady();
            partition.ledger().endAttempt(0);
            launch();
            job.onReport(report(failed(ErrorCode.SERVER_ERROR), true));
            assertThat(job.times().firstTokenMs()).isNull();
        }

        private static CallReport streamed(Duration firstToken) {
            Verdict verdict = failed(ErrorCode.INVALID_RESPONSE);
            return new CallReport(
                    null,
                    "",
                    verdict,
                    true,
                    Duration.ofMillis(5),
                    firstToken,
                    false,
                    List.of("prompt_cache_key"),
                    null);
        }

        @Test
        void callThatWasNotMadeDoesNotCount() {
            launch();
            job.onReport(report(new Verdict.SendWindowMissed(), false));

            assertThat(job.attempts()).isZero();
            assertThat(job.failedCalls().missedWindows()).isEqualTo(1);
        }

        @Test
        void inheritedRunningAttemptCountsAndIsUncertain() {
            job.onInherited(new OpenJob(0, 2, true), Jobs.MAX_ATTEMPTS);

            assertThat(job.attempts()).isEqualTo(2);
            assertThat(job.isPoisonCandidate()).isTrue();
            assertThat(job.takeAttemptCost()).map(AttemptCost::kind).contains(CostKind.UNCERTAIN);
        }

        @Test
        void retryAfterAnEndedAttemptNeedNotRunAlone() {
            job.onInherited(new OpenJob(0, 2, false), Jobs.MAX_ATTEMPTS);

            assertThat(job.isPoisonCandidate()).isFalse();
        }

        @Test
        void attemptAfterAFailureIsARetryUnlessTheProviderAskedToWait() {
            launch();
            job.onReport(report(failed(ErrorCode.SERVER_ERROR), true));
            assertThat(job.failedCalls().isRetryNext()).isTrue();

            job.makeReady();
            partition.ledger().endAttempt(0);
            launch();
            job.onReport(report(failed(ErrorCode.RATE_LIMIT_EXCEEDED), true));
            assertThat(job.failedCalls().isRetryNext()).isFalse();
            assertThat(job.failedCalls().count(ErrorCode.SERVER_ERROR)).isEqualTo(1);
        }
    }

    @Nested
    class AnIllegalTransition {
        @Test
        void readyJobMayOnlyBeAnnouncedOrWait() {
            isRefused(job::onWithdrawn);
            isRefused(() -> job.onLaunched(Jobs.NOW));
            isRefused(() -> job.onReport(report(new Verdict.SendWindowMissed(), false)));
            isRefused(job::onAborted);
        }

        @Test
        void announcedJobCannotBeAnnouncedAgainOrWait() {
            job.onAnnounced();

            isRefused(job::onAnnounced);
            isRefused(job::makeReady);
            isRefused(() -> job.waitUntil(1, HOLD));
        }

        @Test
        void waitingJobCannotBeAnnounced() {
            job.waitUntil(1, HOLD);

            isRefused(job::onAnnounced);
            isRefused(() -> job.waitUntil(2, HOLD));
        }

        @Test
        void endedJobAllowsNoTransition() {
            job.end(0);

            isRefused(job::makeReady);
            isRefused(job::onAnnounced);
            isRefused(() -> job.waitUntil(1, HOLD));
            isRefused(() -> job.end(0));
            assertThat(partition.hasJobs()).isFalse();
        }
    }
}
