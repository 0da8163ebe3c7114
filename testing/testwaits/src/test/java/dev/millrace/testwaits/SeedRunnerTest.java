package dev.millrace.testwaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

class SeedRunnerTest {
    private static List<Failure> failures(String simulation) {
        var listener = new SummaryGeneratingListener();
        var request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectMethod(Simulations.class, simulation, long.class));
        LauncherFactory.create().execute(request.build(), listener);
        return listener.getSummary().getFailures();
    }

    @Test
    void newSeedsFollowThoseThatHaveFailed() {
        assertThat(failures("everySeedPasses")).isEmpty();
        assertThat(Simulations.PASSED).contains(2L, 7L).hasSizeGreaterThanOrEqualTo(7);
    }

    @Test
    void failureNamesTheCommandThatReplaysItsSeed() {
        assertThat(failures("sevenFails").getFirst().getException())
                .hasMessage(
                        "./millrace test --quick -pl :millrace-testwaits -am"
                                + " -Dtest='Simulations#sevenFails' -Dmillrace.seed=7")
                .hasRootCauseMessage("seven");
    }
}
