package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.LeaseGrant.WaitingPartition;
import dev.millrace.router.budget.LeaseReport.Balance;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class LeaseRecordsTest {

    @Property
    void reportIsRestored(
            @ForAll @Size(8) List<@LongRange(min = 0) Long> cents,
            @ForAll @IntRange(min = 0) int partition,
            @ForAll long number,
            @ForAll boolean isPresent) {
        var report =
                new LeaseReport(
                        partition,
                        number + 1,
                        number,
                        new Balance(usd(cents, 0), usd(cents, 1), usd(cents, 2), usd(cents, 3)),
                        new LeaseReport.Demand(
                                isPresent ? usd(cents, 7) : null,
                                usd(cents, 4),
                                usd(cents, 5),
                                number,
                                isPresent ? 17L : null,
                                new LeaseReport.Unaffordable(
                                        number, isPresent ? usd(cents, 3) : null)),
                        number,
                        isPresent ? usd(cents, 6) : null);

        assertThat(LeaseReport.of(report.toBytes())).contains(report);
    }

    @Property
    void grantIsRestored(
            @ForAll @Size(4) List<@LongRange(min = 0) Long> cents,
            @ForAll long since,
            @ForAll boolean isPresent) {
        var grant =
                new LeaseGrant(
                        since + 1,
                        usd(cents, 0),
                        isPresent ? new WaitingPartition(since, 3) : null,
                        usd(cents, 1),
                        usd(cents, 2),
                        usd(cents, 3));

        assertThat(LeaseGrant.of(grant.toBytes())).contains(grant);
    }

    @Property
    void otherBytesAreNoRecord(@ForAll byte[] bytes) {
        assertThat(LeaseReport.of(bytes)).isEmpty();
        assertThat(LeaseGrant.of(bytes)).isEmpty();
    }

    private static BigDecimal usd(List<Long> cents, int index) {
        return BigDecimal.valueOf(cents.get(index), 2);
    }
}
