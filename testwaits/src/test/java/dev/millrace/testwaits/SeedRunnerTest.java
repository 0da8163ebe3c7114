package dev.millrace.testwaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class SeedRunnerTest {
    @Test
    void failureNamesTheCommandThatReplaysItsSeed() {
        var listener = new SummaryGeneratingListener();
        var simulation =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(FailingSimulation.class));
        LauncherFactory.create().execute(simulation.build(), listener);

        assertThat(listener.getSummary().getFailures().getFirst().getException())
                .hasMessage(
                        "./millrace test --quick -pl testwaits -am"
                                + " -Dtest='FailingSimulation#sevenFails' -Dmillrace.seed=7")
                .hasRootCauseMessage("seven");
    }
}
