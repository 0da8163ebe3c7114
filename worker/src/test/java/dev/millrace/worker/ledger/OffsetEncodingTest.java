package dev.millrace.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class OffsetEncodingTest {
    private static OpenJobs jobs(SplittableRandom random, int count, long widest) {
        var jobs = new OpenJobs(0);
        long next = random.nextLong(1L << 40);
        for (int i = 0; i < count; i++) {
            jobs.add(next);
            next += random.nextBoolean() ? 1 : 1 + random.nextLong(widest);
        }
        return jobs;
    }

    @Property
    void everyEncodingTakesTheComputedBits(
            @ForAll long seed,
            @ForAll @IntRange(max = 7) int form,
            @ForAll @IntRange(min = 1, max = 300) int count) {
        var random = new SplittableRandom(seed);
        long widest = form == OffsetEncoding.BITMAP ? 100 : 1L << random.nextInt(50);
        var jobs = jobs(random, count, widest);
        if (count > 1) {
            jobs.remove(count - 1);
        }
        long bits =
                form == OffsetEncoding.BITMAP
                        ? OffsetEncoding.bitmapBits(jobs.frontier() - jobs.first())
                        : jobs.listBits(form);
        var bytes = ByteBuffer.allocate((int) bits / Byte.SIZE + 2 * Integer.BYTES);
        var out = new BitWriter(bytes);
        OffsetEncoding.write(form, jobs, out);
        out.put(0x55, Byte.SIZE);
        out.end();
        var in = new BitReader(bytes);

        assertThat(OffsetEncoding.read(form, jobs.first(), in))
                .isEqualTo(
                        LongStream.concat(
                                        LongStream.range(0, jobs.size())
                                                .map(i -> jobs.offset((int) i)),
                                        LongStream.of(jobs.frontier()))
                                .toArray());
        assertThat((long) bytes.capacity() * Byte.SIZE - in.remaining()).isEqualTo(bits);
        assertThat(in.read(Byte.SIZE)).isEqualTo(0x55);
    }

    @Property(tries = 5_000)
    void noListGrowsWhenDistancesAreMerged(
            @ForAll @IntRange(max = 6) int list,
            @ForAll @LongRange(min = 1, max = 1L << 61) long left,
            @ForAll @LongRange(min = 1, max = 1L << 61) long right,
            @ForAll @IntRange(max = 60) int lessLeft,
            @ForAll @IntRange(max = 60) int lessRight) {
        long before = Math.max(1, left >>> lessLeft);
        long after = Math.max(1, right >>> lessRight);

        assertThat(OffsetEncoding.gapBits(list, before + after))
                .isLessThanOrEqualTo(
                        OffsetEncoding.gapBits(list, before) + OffsetEncoding.gapBits(list, after));
    }

    @Property(tries = 200)
    void maintainedSizesEqualRecomputedSizes(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var jobs = jobs(random, 60, 1L << 30);
        for (int step = 0; step < 200 && jobs.size() > 0; step++) {
            if (random.nextInt(3) == 0) {
                jobs.add(jobs.frontier() + random.nextLong(1L << 20));
            } else {
                jobs.remove(random.nextInt(jobs.size()));
            }
        }
        var again = new ArrayList<OpenJob>();
        for (int i = 0; i < jobs.size(); i++) {
            again.add(new OpenJob(jobs.offset(i), 0, false));
        }
        var fresh = new OpenJobs(jobs.frontier());
        fresh.await(again);

        for (int list = 0; list < OffsetEncoding.LISTS; list++) {
            assertThat(jobs.listBits(list)).isEqualTo(fresh.listBits(list));
        }
    }
}
