package dev.millrace.bench.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.resilience.ResiliencePlan.Part;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ResilienceBenchCommandTest {
    private static ResiliencePlan plan(String... arguments) {
        var command = new ResilienceBenchCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return command.plan();
    }

    @Test
    void defaultsMatchTheHelp() {
        assertThat(plan().jobs()).isEqualTo(new Pace(100, Duration.ofSeconds(30)));
        assertThat(plan().seed()).isEqualTo(1);
        assertThat(plan().parts()).containsExactlyInAnyOrder(Part.values());
        assertThat(plan().faults())
                .isEqualTo(new FaultPlan(10_000, Duration.ofMinutes(2), Duration.ofSeconds(30)));
    }

    @Test
    void optionsOverrideQuick() {
        assertThat(plan("--quick").jobs().time()).isEqualTo(Duration.ofSeconds(2));
        assertThat(plan("--quick", "--seconds", "7").jobs().time())
                .isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void partsAreChosenByName() {
        assertThat(plan("--only", "outage,faults").parts())
                .containsExactlyInAnyOrder(Part.OUTAGE, Part.FAULTS);
    }

    @Test
    void providerHasTheSeedAndFailsTheStatedFraction() {
        SimulatorSettings provider = plan("--seed", "9").provider();

        assertThat(provider.seed()).isEqualTo(9);
        double errors =
                provider.model("any").failures().rates().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum();
        assertThat(errors).isCloseTo(0.058, Offset.offset(1e-9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seconds=0", "--rate=0", "--jobs=0", "--fault-seconds=0"})
    void invalidValueIsRejected(String option) {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> plan(option))
                .withMessageContaining(option.substring(0, option.indexOf('=')));
    }
}
