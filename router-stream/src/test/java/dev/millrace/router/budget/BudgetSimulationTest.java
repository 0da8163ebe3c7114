package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.BudgetWorld.Fault;
import dev.millrace.testwaits.Seeds;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class BudgetSimulationTest {
    private static final int STEPS = 300;
    private static final int HISTORIES_TO_FIND_A_FAULT = 100;

    @Seeds(100)
    void guaranteesHoldInEveryHistory(long seed) {
        new BudgetSimulation(seed).run(STEPS);
    }

    /** Loses each kind of a partition's entries that a guarantee rests on. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(chars = {'S', 'R', 'Q', 'W', 'D', 'T'})
    void lossOfAnyEntriesIsFound(char kind) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new BudgetSimulation(seed).losing(kind)));

        assertThat(isFound).isTrue();
    }

    /** Loses the terms of accounts, and the owner's knowledge of their partitions. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(chars = {'t', 'p'})
    void lossOfAnyEntriesOfTheOwnerIsFound(char kind) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new BudgetSimulation(seed).losingOfOwner(kind)));

        assertThat(isFound).isTrue();
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void deliberateFaultIsFound(Fault fault) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new BudgetSimulation(seed).with(fault)));

        assertThat(isFound).isTrue();
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
