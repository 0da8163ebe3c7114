package dev.millrace.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Pins the names that Kafka stores: after a change of a name, a pipeline would lose its state. */
class StoredNamesTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private Stream<Node> nodes() {
        return router.description().subtopologies().stream().flatMap(it -> it.nodes().stream());
    }

    @Nested
    class StoreNames {
        @Test
        void changelogsAreNamedAfterTheStores() {
            Set<String> stores =
                    Set.of(
                            "seen-jobs",
                            "pace",
                            "exposures",
                            "arms",
                            "cache",
                            "budget",
                            "budget-owner");

            assertThat(
                            nodes().filter(Processor.class::isInstance)
                                    .map(Processor.class::cast)
                                    .flatMap(it -> it.stores().stream()))
                    .hasSameElementsAs(stores);
        }
    }

    @Nested
    class RepartitionTopics {
        @Test
        void thereIsOneRepartitionTopic() {
            assertThat(
                            nodes().filter(Sink.class::isInstance)
                                    .map(Sink.class::cast)
                                    .map(Sink::topic)
                                    .filter(it -> it != null && it.endsWith("-repartition")))
                    .containsExactly("arms-repartition");
        }
    }
}
