package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class JobIdChecksumTest {
    private static String key(long high, long low) {
        return new UUID(high, low).toString().replace("-", "");
    }

    private static JobIdChecksum sum(List<String> keys) {
        var sum = new JobIdChecksum();
        keys.forEach(sum::add);
        return sum;
    }

    @Property
    boolean orderDoesNotMatter(@ForAll @Size(max = 20) List<Long> lows) {
        var keys = lows.stream().map(low -> key(~low, low)).toList();
        return sum(keys).isSameAs(sum(keys.reversed()));
    }

    @Property
    boolean differentKeyChangesTheChecksum(@ForAll long high, @ForAll long low) {
        return !sum(List.of(key(high, low))).isSameAs(sum(List.of(key(high, low + 1))));
    }

    @Property
    boolean missingKeyChangesTheChecksum(@ForAll @Size(min = 1, max = 20) List<Long> lows) {
        var keys = lows.stream().map(low -> key(0, low)).toList();
        return !sum(keys).isSameAs(sum(keys.subList(1, keys.size())));
    }

    @Property
    void invalidIdIsNeverEqual(@ForAll long low) {
        var odd = sum(List.of(key(0, low) + "-"));
        assertThat(odd.isSameAs(odd)).isFalse();
    }
}
