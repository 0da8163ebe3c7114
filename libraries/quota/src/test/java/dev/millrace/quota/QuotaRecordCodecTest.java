package dev.millrace.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.millrace.quota.QuotaRecord.Claim;
import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.GrantId;
import dev.millrace.quota.QuotaRecord.Permits;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class QuotaRecordCodecTest {

    @Property
    void claimIsRestored(@ForAll long epoch, @ForAll long session) {
        assertRestored(new Claim(epoch, session));
    }

    @Property
    void demandIsRestored(
            @ForAll @Size(9) List<Long> numbers,
            @ForAll boolean isHungry,
            @ForAll @Size(max = 64) List<Long> leaving) {
        var state =
                new Permits(
                        numbers.get(0),
                        numbers.get(1),
                        numbers.get(2),
                        numbers.get(3),
                        numbers.get(8),
                        isHungry,
                        numbers.get(4));
        var adopted = new GrantId(numbers.get(5), numbers.get(6));
        assertRestored(new Demand(numbers.get(7), numbers.get(0), adopted, state, leaving));
    }

    @Property
    void grantIsRestored(
            @ForAll @Size(5) List<Long> numbers,
            @ForAll @LongRange(min = 0, max = 100_000_000) long valid) {
        var id = new GrantId(numbers.get(0), numbers.get(1));
        assertRestored(
                new Grant(
                        numbers.get(2),
                        id,
                        numbers.get(3),
                        numbers.get(4),
                        Duration.ofMillis(valid)));
    }

    @Property
    void otherBytesAreNoError(@ForAll byte[] bytes) {
        assertThatCode(() -> QuotaRecordCodec.decode(bytes)).doesNotThrowAnyException();
    }

    private static void assertRestored(QuotaRecord quotaRecord) {
        assertThat(QuotaRecordCodec.decode(QuotaRecordCodec.encode(quotaRecord)))
                .contains(quotaRecord);
    }
}
