package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.prompt.PromptCacheRule;
import dev.millrace.worker.prompt.PromptFields;
import dev.millrace.worker.prompt.WarmPrompts;
import dev.millrace.worker.quota.PermitSource;
import dev.millrace.worker.translate.AddedFields;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs that share a prompt are called so that they find it in their provider's cache. */
class WarmPromptLoopTest {
    private static final String PROMPT = "x".repeat(5_000);
    private static final String OTHER = "y".repeat(5_000);

    private final FakeCluster cluster = new FakeCluster();

    WarmPromptLoopTest() {
        var rules =
                Map.of(FakeCluster.MODEL, PromptCacheRule.of("openai", "gpt-4.1").orElseThrow());
        cluster.prompts = () -> new WarmPrompts(rules);
    }

    private TestWorker worker() {
        return new TestWorker(cluster, TestWorker.NO_BREAKER);
    }

    private void jobs(int count, String prompt, int from) {
        for (int i = 0; i < count; i++) {
            cluster.promptJob(from + i, prompt, null);
        }
    }

    @Nested
    class WhileAPromptIsCold {
        @Test
        void oneJobIsCalledAndOtherPromptsAreNotHeldUp() {
            jobs(3, PROMPT, 0);
            jobs(2, OTHER, 3);
            cluster.job(0, 5);
            var worker = worker().owning(0);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-3", "0-5");
        }

        @Test
        void othersFollowTheAnswerInOrder() {
            jobs(4, PROMPT, 0);
            var worker = worker().owning(0);
            worker.turn(50);
            assertThat(worker.providers.calls).containsExactly("0-0");
            worker.providers.answer("0-0");
            worker.turn(3);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-1", "0-2", "0-3");
        }

        @Test
        void deadLeaderFreesTheOthers() {
            jobs(3, PROMPT, 0);
            var worker = worker().owning(0);
            worker.providers.end(
                    "0-0", FakeProviders.failed(ErrorCode.VALIDATION_ERROR, null, Billing.NOTHING));
            worker.turn(3);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-1");
        }

        @Test
        void waitEndsWithTheTimeOfAColdCall() {
            jobs(3, PROMPT, 0);
            var worker = worker().owning(0);
            worker.time.advance(Duration.ofSeconds(9));
            worker.turn(2);
            assertThat(worker.providers.calls).containsExactly("0-0");
            worker.time.advance(Duration.ofSeconds(1));
            worker.turn(2);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-1", "0-2");
        }

        @Test
        void laterPromptsWaitForTheTimeToTheFirstTokenOnly() {
            var worker = afterAStream(Duration.ofSeconds(8));
            jobs(2, OTHER, 2);
            worker.turn(3);
            assertThat(worker.providers.calls).containsExactly("0-0", "0-2");
            worker.time.advance(Duration.ofMillis(700));
            worker.turn(2);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-2", "0-3");
        }

        /** Returns a worker whose first call had a token after 700 ms. */
        private TestWorker afterAStream(Duration took) {
            jobs(1, PROMPT, 0);
            var worker = worker();
            worker.providers.took = took;
            worker.providers.firstToken = Duration.ofMillis(700);
            worker.owning(0);
            worker.providers.answer("0-0");
            worker.turn(3);
            return worker;
        }

        @Test
        void jobWithoutTimeDoesNotWait() {
            cluster.promptJob(0, PROMPT, null);
            cluster.promptJob(1, PROMPT, FakeCluster.SUBMITTED.plusSeconds(25));
            cluster.promptJob(2, PROMPT, FakeCluster.SUBMITTED.plusSeconds(60));
            var worker = worker().owning(0);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-1");
        }

        @Test
        void jobWithoutTimeForTwoWholeStreamsDoesNotWait() {
            var worker = afterAStream(Duration.ofSeconds(30));
            cluster.promptJob(2, OTHER, null);
            cluster.promptJob(3, OTHER, worker.time.now().plusSeconds(60));
            cluster.promptJob(4, OTHER, worker.time.now().plusSeconds(62));
            worker.turn(3);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-2", "0-3");
        }

        @Test
        void criticalJobDoesNotWait() {
            for (int i = 0; i < 3; i++) {
                cluster.promptJob(Lane.CRITICAL, i, PROMPT);
            }
            var worker = worker().owning(Lane.CRITICAL);

            assertThat(worker.providers.calls).hasSize(3);
        }

        @Test
        void waitIsReported() {
            jobs(3, PROMPT, 0);
            var worker = worker().owning(0);
            worker.time.advance(Duration.ofSeconds(1));
            worker.turn(2);

            assertThat(worker.loop.report().waits())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.reason()).isEqualTo(WaitingReason.WARMING_PROMPT);
                                assertThat(it.jobs()).isEqualTo(2);
                            })
                    .extracting(Waiting::model)
                    .isEqualTo(FakeCluster.MODEL);
        }
    }

    @Test
    void jobsOfOnePromptUseOneKey() {
        cluster.keyCount = 4;
        for (int prompt = 0; prompt < 8; prompt++) {
            jobs(3, PROMPT + prompt, 3 * prompt);
        }
        var worker = worker().owning(0);
        var calls = worker.nextCalls(16);
        var all = worker.providers.calls;

        assertThat(calls).hasSize(16);
        var used = new HashSet<Integer>();
        for (int prompt = 0; prompt < 8; prompt++) {
            var keys = new HashSet<Integer>();
            for (int i = 0; i < 3; i++) {
                keys.add(worker.providers.keys.get(all.indexOf("0-" + (3 * prompt + i))));
            }
            assertThat(keys).hasSize(1);
            used.addAll(keys);
        }
        assertThat(used).hasSizeGreaterThan(1);
    }

    /** Calls that take half a second, at a provider whose accounts have caches of their own. */
    @Nested
    class InABusyWorker {
        private static final int PROMPTS = 40;
        private static final int JOBS_OF_EACH = 60;
        private static final int JOBS = PROMPTS * JOBS_OF_EACH;
        private static final int CALLS_PER_MINUTE = 15;
        private static final Duration TOOK = Duration.ofMillis(500);

        private final CachingAccounts accounts = new CachingAccounts();

        @Test
        void promptsAreReadFromTheCache() {
            cluster.keyCount = 4;
            for (int job = 0; job < JOBS; job++) {
                // A prompt's jobs are spread over the backlog.
                cluster.promptJob(job, PROMPT + job * 7 % PROMPTS, null);
            }
            var worker = new TestWorker(cluster, PermitSource.LOCAL, Limits.NONE, SETTINGS);
            worker.providers.took = TOOK;
            worker.owning(0);
            while (cluster.results().size() < JOBS) {
                accounts.serve(worker);
                worker.turn(1);
            }

            int ideal = JOBS - PROMPTS * JOBS_OF_EACH / CALLS_PER_MINUTE;
            assertThat(accounts.cached).isBetween(ideal * 95 / 100, ideal);
        }

        private static final String SETTINGS = TestWorker.NO_BREAKER + ", max_in_flight: 256";

        /** Answers calls in time, and counts those that find their prompts in a cache. */
        private static final class CachingAccounts {
            private final Map<String, Duration> readable = new HashMap<>();
            private final Map<String, Integer> started = new HashMap<>();
            private final Map<String, Duration> due = new LinkedHashMap<>();
            private int seen;
            private int cached;

            void serve(TestWorker worker) {
                Duration now = worker.time.passed();
                for (; seen < worker.providers.calls.size(); seen++) {
                    String key = keyOf(worker.providers.additions.get(seen).fields());
                    String cache = worker.providers.keys.get(seen) + key;
                    int before = started.merge(cache, 1, Integer::sum) - 1;
                    String machine = cache + "/" + before / CALLS_PER_MINUTE;
                    Duration since = readable.putIfAbsent(machine, now.plus(TOOK));
                    cached += since != null && since.compareTo(now) <= 0 ? 1 : 0;
                    due.put(worker.providers.calls.get(seen), now.plus(TOOK));
                }
                due.entrySet().removeIf(call -> isAnswered(worker, call));
            }

            private static boolean isAnswered(TestWorker worker, Map.Entry<String, Duration> call) {
                boolean isDue = call.getValue().compareTo(worker.time.passed()) <= 0;
                if (isDue) {
                    worker.providers.answer(call.getKey());
                }
                return isDue;
            }
        }
    }

    @Test
    void callsOfOnePromptHaveOneKeyOfTheCache() {
        jobs(2, PROMPT, 0);
        jobs(1, OTHER, 2);
        cluster.job(0, 3);
        var worker = worker().owning(0);
        worker.providers.answer("0-0");
        worker.turn(3);

        var keys = worker.providers.additions.stream().map(it -> keyOf(it.fields())).toList();
        assertThat(worker.providers.calls).containsExactly("0-0", "0-2", "0-3", "0-1");
        assertThat(keys.get(3)).isEqualTo(keys.get(0)).isNotEqualTo(keys.get(1));
        assertThat(keys.get(2)).isEqualTo("none");
    }

    private static String keyOf(AddedFields fields) {
        return fields instanceof PromptFields added
                ? added.atTop().getOrDefault("prompt_cache_key", "none")
                : "none";
    }
}
