package dev.millrace.simulator.calllog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.answer.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CallLogTest {
    private static final Instant TIME = Instant.parse("2026-11-20T07:00:00.123Z");

    private static LoggedCall entry(@Nullable String id, String model, boolean billed) {
        return new LoggedCall(
                0,
                TIME,
                Duration.ofMillis(42),
                new LoggedCall.Caller("…1234", id),
                Operation.MESSAGES,
                model,
                billed ? 200 : 500,
                billed ? new Usage(10, 4, 2, 3, 0, true) : Usage.NONE,
                billed,
                billed ? CallOutcome.ANSWERED : CallOutcome.REFUSED);
    }

    private static LoggedCall numbered(long sequence, LoggedCall e) {
        return new LoggedCall(
                sequence,
                e.time(),
                e.duration(),
                e.caller(),
                e.operation(),
                e.model(),
                e.status(),
                e.usage(),
                e.billed(),
                e.outcome());
    }

    @Nested
    class Entries {
        @Test
        void entriesAreReadAsRecorded() {
            CallLog ledger = new CallLog(10);
            List<LoggedCall> in =
                    List.of(
                            entry("0123456789abcdef0123456789abcdef", "a", true),
                            entry("ffffffffffffffffffffffffffffffff", "a", true),
                            entry("00000000000000000000000000000000", "b", false),
                            entry("ABCDEFABCDEFABCDEFABCDEFABCDEFAB", "b", true),
                            entry("short", "", false),
                            entry("", "c", true),
                            entry(null, "c", true));

            in.forEach(ledger::record);

            List<LoggedCall> expected = new ArrayList<>();
            for (LoggedCall one : in) {
                expected.add(numbered(expected.size() + 1L, one));
            }
            assertThat(ledger.entries()).isEqualTo(expected);
        }

        @Test
        void onlyTheEndOfAKeyIsShown() {
            assertThat(LoggedCall.Caller.masked("sk-0123456789")).isEqualTo("…6789");
            assertThat(LoggedCall.Caller.masked("short")).isEqualTo("…");
            assertThat(LoggedCall.Caller.masked("")).isEmpty();
        }

        @Test
        void amendedEntryHasTheNewOutcome() {
            CallLog ledger = new CallLog(10);
            long sequence = ledger.record(entry(null, "a", true));

            ledger.amend(sequence, CallOutcome.ANSWERED, CallOutcome.ABORTED);

            assertThat(ledger.entries().getFirst().outcome()).isEqualTo(CallOutcome.ABORTED);
            assertThat(ledger.entries().getFirst().billed()).isTrue();
            assertThat(ledger.summary().outcomes())
                    .containsEntry(CallOutcome.ANSWERED, 0L)
                    .containsEntry(CallOutcome.ABORTED, 1L);
        }
    }

    @Nested
    class WhenFull {
        @Test
        void furtherCallsAreCountedButNotKept() {
            CallLog ledger = new CallLog(3);

            for (int i = 0; i < 5; i++) {
                ledger.record(entry("id-" + i, "a", true));
            }

            assertThat(ledger.entries()).hasSize(3);
            assertThat(ledger.summary().calls()).isEqualTo(5);
            assertThat(ledger.summary().entriesNotKept()).isEqualTo(2);
            assertThat(ledger.summary().model("a").input()).isEqualTo(50);
            assertThat(ledger.summary().callsWithUncountedKey()).isEqualTo(2);
        }

        @Test
        void callWithoutEntryIsAmendedInTheSummary() {
            CallLog ledger = new CallLog(0);
            long sequence = ledger.record(entry(null, "a", true));

            ledger.amend(sequence, CallOutcome.ANSWERED, CallOutcome.ABORTED);

            assertThat(ledger.summary().outcomes()).containsEntry(CallOutcome.ABORTED, 1L);
        }
    }

    @Nested
    class WhenCleared {
        @Test
        void sequenceNumbersContinue() {
            CallLog ledger = new CallLog(3);
            long before = ledger.record(entry("id", "a", true));

            ledger.clear();
            ledger.record(entry("id", "b", true));
            ledger.amend(before, CallOutcome.ANSWERED, CallOutcome.ABORTED);

            assertThat(ledger.entries()).containsExactly(numbered(2, entry("id", "b", true)));
            assertThat(ledger.summary().calls()).isEqualTo(1);
            assertThat(ledger.summary().billedMoreThanOnce()).isZero();
            assertThat(ledger.summary().models()).containsOnlyKeys("b");
        }
    }

    @Nested
    class Paging {
        @Test
        void pagesCoverALargeLedger() {
            CallLog ledger = new CallLog(20_000);
            for (int i = 0; i < 10_000; i++) {
                ledger.record(entry("id-" + i, "a", true));
            }

            assertThat(ledger.entries()).hasSize(10_000);
            assertThat(ledger.page(9_998))
                    .extracting(e -> e.caller().idempotencyKey())
                    .containsExactly("id-9998", "id-9999");
            assertThat(ledger.page(10_000)).isEmpty();
        }
    }

    @Nested
    class WithManyModelNames {
        @Test
        void modelsInTheSummaryAreBounded() {
            CallLog ledger = new CallLog(0);

            for (int i = 0; i < 70_000; i++) {
                ledger.record(entry(null, "model-" + i, true));
            }

            assertThat(ledger.summary().models()).hasSizeLessThanOrEqualTo(65_536);
            assertThat(ledger.summary().model(NameTable.OTHERS).calls()).isPositive();
            assertThat(ledger.summary().calls()).isEqualTo(70_000);
        }
    }

    @Property
    void keyCountsMatchASet(@ForAll @Size(max = 3_000) List<@IntRange(max = 2_000) Integer> calls) {
        CallLog ledger = new CallLog(10_000);
        Map<Integer, Integer> billed = new HashMap<>();
        Set<Integer> seen = new HashSet<>();

        for (int call : calls) {
            boolean pays = call % 3 != 0;
            ledger.record(entry("key-" + call, "m", pays));
            seen.add(call);
            billed.merge(call, pays ? 1 : 0, Integer::sum);
        }

        CallLogSummary summary = ledger.summary();
        assertThat(summary.idempotencyKeys()).isEqualTo(seen.size());
        assertThat(summary.billedMoreThanOnce())
                .isEqualTo(billed.values().stream().filter(count -> count > 1).count());
        assertThat(summary.billed())
                .isEqualTo(billed.values().stream().mapToInt(Integer::intValue).sum());
    }
}
