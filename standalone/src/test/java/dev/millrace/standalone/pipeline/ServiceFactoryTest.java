package dev.millrace.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ServiceFactoryTest {
    @Test
    void refusedTopicsAreListedInOrderWithTheirReasons() {
        assertThatThrownBy(
                        () ->
                                ServiceFactory.requireMatching(
                                        Map.of("b", "it has 2 partitions", "a", "it has 1")))
                .isInstanceOf(PipelineStartException.class)
                .hasNoCause()
                .hasMessage(
                        """
                        These topics do not match the configuration:
                          a: it has 1
                          b: it has 2 partitions""");
    }

    @Test
    void failureOfAPartKeepsItsMessage() {
        var refused = catchThrowable(() -> ServiceFactory.requireMatching(Map.of("a", "it has 1")));

        assertThat(ServiceFactory.failure(new ExecutionException(refused))).isSameAs(refused);
    }

    @Test
    void matchingTopicsPass() {
        ServiceFactory.requireMatching(Map.of());
    }

    @Test
    void configuredWebhooksNeedTheirFeature() {
        assertThatThrownBy(() -> ServiceFactory.withWebhooks(List.of()))
                .isInstanceOf(PipelineStartException.class)
                .hasMessage(
                        "sink.webhooks needs the feature \"webhooks\", which this installation does"
                                + " not have");
    }
}
