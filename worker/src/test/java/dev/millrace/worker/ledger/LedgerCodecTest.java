package dev.millrace.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LedgerCodecTest {

    record Offsets(long[] unfinished, long frontier) {}

    @Provide
    Arbitrary<Offsets> offsets() {
        var gaps =
                Arbitraries.oneOf(
                        Arbitraries.longs().between(1, 3),
                        Arbitraries.longs().between(1, 1L << 22),
                        Arbitraries.longs().between(1, 1L << 40));
        return Combinators.combine(
                        Arbitraries.longs().between(0, 1L << 48),
                        gaps.list().ofMaxSize(300),
                        Arbitraries.longs().between(1, 1L << 20))
                .as(
                        (first, between, beyond) -> {
                            var all = LongStream.builder().add(first);
                            long last = first;
                            for (long gap : between) {
                                last += gap;
                                all.add(last);
                            }
                            return new Offsets(all.build().toArray(), last + beyond);
                        });
    }

    @Property
    void whatIsReadIsWhatWasWritten(@ForAll("offsets") Offsets offsets) {
        String text = LedgerCodec.encode(offsets.unfinished, offsets.frontier);
        var read = (Reading.Known) LedgerCodec.decode(offsets.unfinished[0], text);

        if (text.isEmpty()) {
            assertThat(read.frontier()).isEqualTo(offsets.unfinished[0]);
            assertThat(offsets.unfinished)
                    .isEqualTo(LongStream.range(offsets.unfinished[0], offsets.frontier).toArray());
        } else {
            assertThat(read.frontier()).isEqualTo(offsets.frontier);
            assertThat(read.unfinished()).isEqualTo(offsets.unfinished);
        }
    }

    @Property
    void everyFormReadsWhatItWrites(@ForAll("near") Offsets offsets, @ForAll Form form) {
        var out = new ByteArrayOutputStream();
        form.write(offsets.unfinished, out);

        assertThat(out.size()).isEqualTo((int) form.size(offsets.unfinished));
        assertThat(form.read(offsets.unfinished[0], ByteBuffer.wrap(out.toByteArray())))
                .containsExactlyElementsOf(LongStream.of(offsets.unfinished).boxed().toList());
    }

    @Provide
    Arbitrary<Offsets> near() {
        return offsets()
                .filter(it -> it.frontier - it.unfinished[0] < 1 << 24)
                .edgeCases(it -> it.add(new Offsets(new long[] {7}, 8)));
    }

    @Property
    void damagedTextIsRefusedOrReadsNothingElse(
            @ForAll("offsets") Offsets offsets, @ForAll int position, @ForAll byte change) {
        String text = LedgerCodec.encode(offsets.unfinished, offsets.frontier);
        if (text.isEmpty() || change == 0) {
            return;
        }
        byte[] bytes = Base64.getUrlDecoder().decode(text.substring(1));
        bytes[Math.floorMod(position, bytes.length)] ^= change;
        String damaged = "1" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

        assertThat(LedgerCodec.decode(offsets.unfinished[0], damaged))
                .isInstanceOf(Reading.Unreadable.class);
    }

    @Nested
    class MetadataOfAnother {
        private final String text = LedgerCodec.encode(new long[] {10, 12, 15}, 20);

        @Test
        void offsetIsRefused() {
            assertThat(LedgerCodec.decode(11, text))
                    .isInstanceOfSatisfying(
                            Reading.Unreadable.class,
                            it -> assertThat(it.reason()).contains("another offset"));
        }

        @Test
        void versionIsRefused() {
            assertThat(LedgerCodec.decode(10, "2" + text.substring(1)))
                    .isInstanceOfSatisfying(
                            Reading.Unreadable.class,
                            it -> assertThat(it.reason()).contains("version is 2"));
        }

        @Test
        void programIsRefused() {
            for (String foreign :
                    new String[] {"1", "1?", "hello", "1AAAA", "1AAAAAAA", "\u0000"}) {
                assertThat(LedgerCodec.decode(10, foreign)).isInstanceOf(Reading.Unreadable.class);
            }
        }
    }

    @Nested
    class TheSmallestForm {
        @Test
        void isNothingWhenNothingAboveIsFinished() {
            assertThat(LedgerCodec.encode(new long[] {5, 6, 7}, 8)).isEmpty();
        }

        @Test
        void keepsTenThousandOpenJobsWithOneGapInAFewCharacters() {
            long[] open = LongStream.range(0, 10_000).filter(it -> it != 5_000).toArray();

            assertThat(LedgerCodec.encode(open, 10_000)).hasSizeLessThan(30);
        }

        @Test
        void keepsEveryOtherOfTwentyThousandInTheBrokersLimit() {
            long[] open = LongStream.range(0, 10_000).map(it -> it * 2).toArray();

            assertThat(LedgerCodec.encode(open, 20_000))
                    .hasSizeLessThanOrEqualTo(LedgerCodec.DEFAULT_LIMIT_CHARS);
        }
    }
}
