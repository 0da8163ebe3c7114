package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.torture.FaultPlan.Fault;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    @Test
    void sameSeedGivesTheSameFaults() {
        assertThat(FaultPlan.of(7, HOUR, ALL)).isEqualTo(FaultPlan.of(7, HOUR, ALL));
        assertThat(FaultPlan.of(7, HOUR, ALL)).isNotEqualTo(FaultPlan.of(8, HOUR, ALL));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void faultsAreTenSecondsApartAndBeginInTheLoad(long seed) {
        List<Fault> faults = FaultPlan.of(seed, HOUR, ALL).faults();

        assertThat(faults).hasSizeGreaterThan(100);
        assertThat(faults.getLast().after()).isLessThan(HOUR);
        Duration free = Duration.ZERO;
        for (Fault fault : faults) {
            assertThat(fault.after()).isGreaterThanOrEqualTo(free.plusSeconds(10));
            free = fault.end();
        }
    }

    @Test
    void everyKindOccursBeforeAnyOccursAgain() {
        List<Fault> faults = FaultPlan.of(1, HOUR, ALL).faults();

        assertThat(faults.subList(0, ALL.size()))
                .extracting(Fault::kind)
                .containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void sixteenShortRunsHaveAllKinds() {
        var kinds = EnumSet.noneOf(FaultKind.class);
        for (long seed = 16; seed < 32; seed++) {
            FaultPlan.of(seed, Duration.ofMinutes(3), ALL).faults().stream()
                    .map(Fault::kind)
                    .forEach(kinds::add);
        }

        assertThat(kinds).isEqualTo(ALL);
    }

    @Test
    void onlyAllowedKindsOccur() {
        assertThat(FaultPlan.of(1, HOUR, Set.of(FaultKind.KILL)).faults())
                .isNotEmpty()
                .extracting(Fault::kind)
                .containsOnly(FaultKind.KILL);
        assertThat(FaultPlan.of(1, HOUR, Set.of()).faults()).isEmpty();
    }

    @Test
    void suspensionsLastOneSecondToAMinute() {
        assertThat(FaultPlan.of(1, HOUR, Set.of(FaultKind.SUSPEND)).faults())
                .allSatisfy(
                        it ->
                                assertThat(it.lasts())
                                        .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)));
    }
}
