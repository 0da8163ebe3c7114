package dev.millrace.router.budget.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.partition.BudgetWorld.Fault;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("slow")
class BudgetSimulationTest {
    private static final int STEPS = 300;
    private static final int HISTORIES_TO_FIND_A_FAULT = 100;

    @Property(edgeCases = EdgeCasesMode.NONE)
    void guaranteesHoldInEveryHistory(@ForAll long seed) {
        new BudgetSimulation(seed).run(STEPS);
    }

    /** In this history, a limit falls twice within the time between two reports. */
    @Example
    void eachOfTwoFallsIsReported() {
        new BudgetSimulation(-15).run(STEPS);
    }

    /** Each kind of a partition's entries that a guarantee rests on. */
    @Provide
    Arbitrary<Character> kinds() {
        return Arbitraries.of('S', 'R', 'Q', 'W', 'D', 'T');
    }

    @Tag("long")
    @Property
    void lossOfAnyEntriesIsFound(@ForAll("kinds") char kind) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new BudgetSimulation(seed).losing(kind)));

        assertThat(isFound).isTrue();
    }

    /** The terms of accounts, and the owner's knowledge of their partitions. */
    @Provide
    Arbitrary<Character> ownerKinds() {
        return Arbitraries.of('t', 'p');
    }

    @Tag("long")
    @Property
    void lossOfAnyEntriesOfTheOwnerIsFound(@ForAll("ownerKinds") char kind) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new BudgetSimulation(seed).losingOfOwner(kind)));

        assertThat(isFound).isTrue();
    }

    @Tag("long")
    @Property
    void deliberateFaultIsFound(@ForAll("faults") Fault fault) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new BudgetSimulation(seed).with(fault)));

        assertThat(isFound).isTrue();
    }

    @Provide
    Arbitrary<Fault> faults() {
        return Arbitraries.of(Fault.class).filter(it -> it != Fault.NONE);
    }

    private static boolean fails(BudgetSimulation simulation) {
        try {
            simulation.run(STEPS);
            return false;
        } catch (AssertionError | RuntimeException e) {
            return true;
        }
    }
}
