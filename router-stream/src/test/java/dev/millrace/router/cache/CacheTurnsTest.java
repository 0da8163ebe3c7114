package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.waiting.WaitingRecord;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests that a turn of the cache ends a bounded number of waiting jobs. */
class CacheTurnsTest extends CacheScene {
    @Nested
    class WhenThousandsOfJobsWait {
        private static final int TURN = 100;
        private static final int MANY = 5_000;

        private final CacheWorld crowd = new CacheWorld(100, 1 << 20, TURN);

        /** Looks up a leader and its followers, and returns the leader. */
        private Job lookUp(int key, int followers) {
            Job leader = crowd.job("leader-" + key, key);
            crowd.lookUp(leader);
            IntStream.range(0, followers)
                    .forEach(i -> crowd.lookUp(crowd.job("job-" + key + "-" + i, key)));
            crowd.commit();
            return leader;
        }

        private int ended() {
            crowd.commit();
            return crowd.ended.size();
        }

        @Test
        void eachTurnEndsABoundedNumberInTheirOrder() {
            crowd.succeed(lookUp(1, MANY));

            for (int turn = 1; turn <= MANY / TURN; turn++) {
                assertThat(ended()).isEqualTo(turn * TURN);
                Job last = crowd.job("job-1-" + (turn * TURN - 1), 1);
                assertThat(crowd.endsOf(last)).hasSize(1);
                var _ = crowd.tick();
            }
            crowd.settle();
            assertThat(ended()).isEqualTo(MANY);
            assertThat(crowd.gauge("waiting")).isZero();
        }

        @Test
        void allLeadersThatEndInOneTurnShareItsBound() {
            var leaders = List.of(lookUp(1, TURN), lookUp(2, TURN), lookUp(3, TURN));
            leaders.forEach(crowd::succeed);

            assertThat(ended()).isEqualTo(TURN);
            crowd.settle();
            assertThat(ended()).isEqualTo(3 * TURN);
        }

        @Test
        void jobsThatWaitForOthersEndMeanwhile() {
            crowd.succeed(lookUp(1, MANY));
            crowd.succeed(lookUp(2, 1));
            crowd.succeed(lookUp(3, 1));

            var _ = crowd.tick();
            var _ = crowd.tick();
            var _ = crowd.tick();
            crowd.commit();

            assertThat(crowd.endsOf(crowd.job("job-2-0", 2))).hasSize(1);
            assertThat(crowd.endsOf(crowd.job("job-3-0", 3))).hasSize(1);
        }
    }

    @Nested
    class WhenWaitingJobsAreLong {
        private void lookUpLong(Job job) {
            var record = world.lookup(job);
            String padded = new String(record.value(), UTF_8) + " ".repeat(9 << 20);
            world.lookUp(
                    new WaitingRecord(
                            record.headers(), padded.getBytes(UTF_8), record.timestamp()));
        }

        @Test
        void turnEndsOneJobThatFillsItsByteLimit() {
            lookUp(first);
            lookUpLong(second);
            lookUpLong(third);

            world.succeed(first);
            world.commit();

            assertThat(world.ended).hasSize(1);
            world.settle();
            assertThat(world.ended).hasSize(2);
        }

        @Test
        void turnEndsOneExpiredJobThatFillsItsByteLimit() {
            var deadline = world.clock.instant().plusSeconds(5);
            lookUp(first);
            for (String name : List.of("a", "b")) {
                lookUpLong(new Job(name, 1, List.of("small"), deadline, world.clock.instant()));
            }

            world.pass(Duration.ofSeconds(10));
            world.commit();

            assertThat(world.ended).hasSize(1);
            world.settle();
            assertThat(world.ended).hasSize(2);
        }
    }

    @Nested
    class WhenTheRouterRestarts {
        @Test
        void laterTurnsEndTheRemainingJobs() {
            lookUp(first);
            var many = IntStream.range(0, 9).mapToObj(i -> world.job("job-" + i, 1)).toList();
            many.forEach(world::lookUp);
            world.succeed(first);
            world.commit();
            assertThat(world.ended).hasSize(CacheWorld.TURN_JOBS);

            world.restart();
            world.settle();

            assertThat(world.ended).hasSize(many.size());
            assertThat(world.releasedNames()).containsExactly("first");
        }
    }
}
