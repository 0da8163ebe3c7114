package dev.millrace.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerCodecTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private static String text(Reading.Known known) {
        return text(known, NO_LIMIT);
    }

    private static String text(Reading.Known known, int limitChars) {
        var jobs = new OpenJobs(known.frontier());
        jobs.await(known.open());
        return LedgerCodec.encode(jobs, known.standing(), limitChars);
    }

    private static Reading.Known idle(long frontier, long... offsets) {
        return new Reading.Known(
                offsets[0],
                frontier,
                LongStream.of(offsets).mapToObj(it -> new OpenJob(it, 0, false)).toList());
    }

    @Provide
    Arbitrary<Reading.Known> ledgers() {
        var gaps =
                Arbitraries.oneOf(
                        Arbitraries.longs().between(1, 3),
                        Arbitraries.longs().between(1, 1L << 22),
                        Arbitraries.longs().between(1, 1L << 40));
        var states =
                Arbitraries.oneOf(
                        Arbitraries.just(0),
                        Arbitraries.integers().between(0, 13),
                        Arbitraries.integers().between(0, OpenJob.LARGEST_STATE));
        var jobs = Combinators.combine(gaps, states).as((gap, state) -> OpenJob.of(gap, state));
        return Combinators.combine(
                        Arbitraries.longs().between(0, 1L << 48),
                        jobs.list().ofMaxSize(300),
                        Arbitraries.longs().between(1, 1L << 20),
                        Arbitraries.oneOf(
                                Arbitraries.just(0),
                                Arbitraries.integers().between(1, LedgerCodec.MAX_STANDING)))
                .as(LedgerCodecTest::known);
    }

    private static Reading.Known known(long first, List<OpenJob> jobs, long beyond, int standing) {
        Reading.Known known =
                jobs.isEmpty() ? new Reading.Known(first, first, jobs) : known(first, jobs, beyond);
        return new Reading.Known(known.offset(), known.frontier(), known.open(), standing);
    }

    /** Converts jobs whose offsets are given as distances from the previous job. */
    private static Reading.Known known(long first, List<OpenJob> jobs, long beyond) {
        var open = new ArrayList<OpenJob>();
        long last = first - jobs.getFirst().offset();
        for (OpenJob job : jobs) {
            last += job.offset();
            open.add(new OpenJob(last, job.attempts(), job.running()));
        }
        return new Reading.Known(first, last + beyond, open);
    }

    @Property
    void decodedLedgerEqualsTheEncodedOne(@ForAll("ledgers") Reading.Known ledger) {
        String text = text(ledger);

        if (text.isEmpty()) {
            assertThat(ledger.open())
                    .hasSize((int) (ledger.frontier() - ledger.offset()))
                    .allMatch(job -> job.attempts() == 0);
        } else {
            assertThat(LedgerCodec.decode(ledger.offset(), text)).isEqualTo(ledger);
        }
    }

    @Property
    void everyChangedCharacterIsDetected(
            @ForAll("ledgers") Reading.Known ledger,
            @ForAll int position,
            @ForAll("characters") char other) {
        var text = new StringBuilder(text(ledger));
        int at = text.isEmpty() ? 0 : Math.floorMod(position, text.length());
        if (text.isEmpty() || text.charAt(at) == other) {
            return;
        }
        text.setCharAt(at, other);

        assertThat(LedgerCodec.decode(ledger.offset(), text.toString()))
                .isInstanceOf(Reading.Unreadable.class);
    }

    @Property
    void truncatedTextIsRejected(@ForAll("ledgers") Reading.Known ledger, @ForAll int position) {
        String text = text(ledger);
        if (text.isEmpty()) {
            return;
        }
        int length = 1 + Math.floorMod(position, text.length() - 1);

        assertThat(LedgerCodec.decode(ledger.offset(), text.substring(0, length)))
                .isInstanceOf(Reading.Unreadable.class);
    }

    @Provide
    Arbitrary<Character> characters() {
        return Arbitraries.oneOf(Arbitraries.chars().range('!', '~'), Arbitraries.chars().all());
    }

    @Property
    void decodingNeverThrows(@ForAll long offset, @ForAll("foreign") String text) {
        assertThat(LedgerCodec.decode(offset, text)).isInstanceOf(Reading.Unreadable.class);
    }

    @Provide
    Arbitrary<String> foreign() {
        return Combinators.combine(
                        Arbitraries.of("1", "2", "3", "4", "x"),
                        Arbitraries.strings().withCharRange('#', '~').ofMaxLength(60))
                .as(String::concat);
    }

    @Nested
    class MetadataOfAnother {
        private final String text = text(idle(20, 10, 12, 15));

        @Test
        void otherOffsetIsRejected() {
            assertThat(LedgerCodec.decode(11, text))
                    .isInstanceOfSatisfying(
                            Reading.Unreadable.class,
                            it -> assertThat(it.reason()).contains("another offset"));
        }

        @Test
        void otherVersionIsRejected() {
            assertThat(LedgerCodec.decode(10, "4" + text.substring(1)))
                    .isInstanceOfSatisfying(
                            Reading.Unreadable.class,
                            it -> assertThat(it.reason()).contains("version is 4"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1",
                    "1?",
                    "hello",
                    "1AAAA",
                    "1AAAAAAA",
                    "2",
                    "200000",
                    "3",
                    "300000",
                    "\u0000",
                    "t",
                    "tool",
                    "t0123456"
                })
        void foreignMetadataIsRejected(String foreign) {
            assertThat(LedgerCodec.decode(10, foreign)).isInstanceOf(Reading.Unreadable.class);
        }
    }

    @Nested
    class TheText {
        @Test
        void textIsEmptyIfNothingAboveIsFinishedOrStarted() {
            assertThat(text(idle(8, 5, 6, 7))).isEmpty();
        }

        @Test
        void textContainsAStartedAttempt() {
            var begun = new Reading.Known(5, 6, List.of(new OpenJob(5, 1, true)));

            assertThat(LedgerCodec.decode(5, text(begun))).isEqualTo(begun);
        }

        @Test
        void textContainsStandingIntentsAboveIdleJobs() {
            var standing = new Reading.Known(5, 8, idle(8, 5, 6, 7).open(), 30);

            assertThat(LedgerCodec.decode(5, text(standing))).isEqualTo(standing);
        }

        @Test
        void textContainsStandingIntentsWithoutAJob() {
            var standing = new Reading.Known(5, 5, List.of(), 1);

            assertThat(LedgerCodec.decode(5, text(standing))).isEqualTo(standing);
            assertThat(text(standing)).hasSizeLessThanOrEqualTo(10);
        }

        @Test
        void everyOtherOfTwentyThousandFitsTheBrokersLimit() {
            long[] open = LongStream.range(0, 10_000).map(it -> it * 2).toArray();

            assertThat(text(idle(20_000, open))).hasSizeLessThanOrEqualTo(4_096);
        }
    }

    @Nested
    class WithoutRoomForTheStates {
        private final Reading.Known ledger =
                known(
                        7,
                        LongStream.range(0, 100)
                                .mapToObj(i -> OpenJob.of(2, (int) (1 + i % 12)))
                                .toList(),
                        1);

        private Reading.Known read(int limitChars) {
            String text = text(ledger, limitChars);
            assertThat(text).hasSizeLessThanOrEqualTo(limitChars);
            return (Reading.Known) LedgerCodec.decode(7, text);
        }

        @Test
        void fewerAttemptsAreWrittenAndRunningOnesStayRunning() {
            var read = read(80);

            assertThat(read.open())
                    .extracting(OpenJob::running)
                    .isEqualTo(ledger.open().stream().map(OpenJob::running).toList());
            assertThat(read.open()).allMatch(job -> job.attempts() <= 3);
        }

        @Test
        void offsetsAreStillWritten() {
            assertThat(read(45).open())
                    .extracting(OpenJob::offset)
                    .isEqualTo(ledger.open().stream().map(OpenJob::offset).toList());
        }
    }
}
