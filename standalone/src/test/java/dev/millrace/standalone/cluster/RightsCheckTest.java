package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class RightsCheckTest {
    @Test
    void describedOperationsAreAllowed() throws InterruptedException {
        var read = Set.of(AclOperation.READ);

        assertThat(RightsCheck.allowed(KafkaFuture.completedFuture(read))).contains(read);
    }

    @Test
    void brokerThatReturnsNoOperationsTellsNothing() throws InterruptedException {
        assertThat(RightsCheck.allowed(KafkaFuture.completedFuture(Set.of()))).isEmpty();
    }

    @Test
    void refusedDescriptionAllowsNothing() throws InterruptedException {
        var refused = new KafkaFutureImpl<Set<AclOperation>>();
        refused.completeExceptionally(new TopicAuthorizationException("refused"));

        assertThat(RightsCheck.allowed(refused)).contains(Set.of());
    }
}
