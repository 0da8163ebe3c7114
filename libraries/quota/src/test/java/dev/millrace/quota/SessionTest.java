package dev.millrace.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.GrantId;
import dev.millrace.quota.QuotaRecord.Permits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final Duration VALID = Duration.ofSeconds(3);
    private static final long ENTITLED = 7;

    private final Session session = new Session(demand(1, GrantId.NONE), VALID, 0);

    private static Demand demand(long sequence, GrantId adopted) {
        return new Demand(
                1, sequence, adopted, new Permits(ENTITLED, 0, 0, 0, 1, true, 100), List.of());
    }

    private static Grant grant(long number, long entitled) {
        return grant(new GrantId(1, number), entitled);
    }

    private static Grant grant(GrantId id, long entitled) {
        return new Grant(1, id, 1, entitled, VALID);
    }

    @Nested
    class ASessionThatReadsNoGrant {
        @Test
        void unconfirmedGrantsDoNotPileUp() {
            for (long number = 1; number <= 10_000; number++) {
                session.onDemand(demand(number + 1, GrantId.NONE), number);
                session.onGrant(grant(number, 20), number);
            }

            assertThat(session.unconfirmedCount()).isOne();
            assertThat(session.entitled()).isEqualTo(20);
        }
    }

    /** A new leader numbers its grants from 1. */
    @Nested
    class ASessionWithTwoLeadersInTurn {
        @Test
        void grantOfTheSecondCountsUntilItIsConfirmed() {
            session.onGrant(grant(500, ENTITLED), 1);
            session.onDemand(demand(2, new GrantId(1, 300)), 2);
            session.onGrant(grant(new GrantId(2, 1), 20), 3);
            session.onDemand(demand(3, new GrantId(1, 300)), 4);

            assertThat(session.entitled()).isEqualTo(20);
        }
    }

    @Nested
    class ASessionThatReadsGrantsLate {
        /** All grants that the session has not confirmed. */
        private final List<Grant> unconfirmed = new ArrayList<>();

        @Test
        void highestGrantThatMayBeAdoptedCounts() {
            var random = new SplittableRandom(1);
            long confirmed = 0;
            for (long number = 1; number <= 10_000; number++) {
                Grant next = grant(number, random.nextLong(20));
                session.onGrant(next, number);
                unconfirmed.add(next);
                if (random.nextInt(5) == 0) {
                    confirmed = random.nextLong(confirmed, number + 1);
                    confirm(new GrantId(1, confirmed), number);
                }
                assertSameTotals();
            }
        }

        private void confirm(GrantId adopted, long number) {
            session.onDemand(demand(number + 1, adopted), number);
            unconfirmed.removeIf(it -> it.id().compareTo(adopted) <= 0);
        }

        private void assertSameTotals() {
            long most = unconfirmed.stream().mapToLong(Grant::entitled).max().orElse(0);
            assertThat(session.entitled()).isEqualTo(Math.max(ENTITLED, most));
            assertThat(session.lastEntitled())
                    .isEqualTo(unconfirmed.isEmpty() ? ENTITLED : unconfirmed.getLast().entitled());
        }
    }
}
