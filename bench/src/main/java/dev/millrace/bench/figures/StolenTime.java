package dev.millrace.bench.figures;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Measures the processor time that a virtual machine did not get because its host ran others. A
 * measurement with much stolen time says little about the program.
 *
 * <p>Source: field {@code steal} of {@code /proc/stat} (Linux, proc_stat(5)). Used by one thread.
 */
public final class StolenTime {
    private static final Path STAT = Path.of("/proc/stat");

    /**
     * Position of {@code steal} after the name of the line; the fields after it are parts of
     * others.
     */
    private static final int STEAL = 7;

    private final Supplier<String> stat;
    private final TreeMap<Instant, Ticks> samples = new TreeMap<>();

    private record Ticks(long stolen, long all) {}

    /**
     * Creates a measurement.
     *
     * @param stat supplies the first line of {@code /proc/stat}; empty on other systems
     */
    StolenTime(Supplier<String> stat) {
        this.stat = stat;
    }

    /** Creates a measurement of this machine. */
    public static StolenTime ofThisMachine() {
        return new StolenTime(StolenTime::firstLine);
    }

    private static String firstLine() {
        if (!Files.isReadable(STAT)) {
            return "";
        }
        try (var lines = Files.lines(STAT)) {
            return lines.findFirst().orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes a sample; times must grow. */
    public void sample(Instant now) {
        String line = stat.get();
        if (line.isEmpty()) {
            return;
        }
        long[] ticks =
                Arrays.stream(line.trim().split("\\s+"))
                        .skip(1)
                        .limit(STEAL + 1)
                        .mapToLong(Long::parseLong)
                        .toArray();
        if (ticks.length > STEAL) {
            samples.put(now, new Ticks(ticks[STEAL], Arrays.stream(ticks).sum()));
        }
    }

    /**
     * Returns the stolen part of all processor time between the samples next to two times, 0 to 1;
     * empty if it was not measured.
     */
    public OptionalDouble between(Instant from, Instant to) {
        Map.Entry<Instant, Ticks> first = samples.floorEntry(from);
        Map.Entry<Instant, Ticks> last = samples.ceilingEntry(to);
        first = first == null ? samples.firstEntry() : first;
        last = last == null ? samples.lastEntry() : last;
        if (first == null || last == null) {
            return OptionalDouble.empty();
        }
        long all = last.getValue().all() - first.getValue().all();
        long stolen = last.getValue().stolen() - first.getValue().stolen();
        return all <= 0 ? OptionalDouble.empty() : OptionalDouble.of((double) stolen / all);
    }
}
