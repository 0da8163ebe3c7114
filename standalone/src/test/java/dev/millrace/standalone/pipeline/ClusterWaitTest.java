package dev.millrace.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.service.Health;
import dev.millrace.standalone.cluster.ClusterAccess;
import dev.millrace.standalone.cluster.ClusterAccess.Unreachable;
import dev.millrace.standalone.cluster.ClusterAccess.Usable;
import dev.millrace.standalone.console.UserError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterWaitTest {
    private static final ClusterAccess NO_NAME = new Unreachable("the cluster", "no name resolves");
    private static final ClusterAccess NO_ANSWER =
            new Unreachable("the cluster", "no broker answers");
    private static final ClusterAccess USABLE = new Usable(List.of());

    private final Deque<ClusterAccess> next = new ArrayDeque<>();
    private final List<String> reported = new ArrayList<>();
    private final List<Health> whilePaused = new ArrayList<>();
    private boolean isStopped;

    private final ClusterWait wait =
            new ClusterWait(
                    next::removeFirst,
                    _ -> {
                        whilePaused.add(health());
                        return isStopped;
                    },
                    reported::add);

    private Health health() {
        return wait.health();
    }

    @Test
    void clusterThatCanBeReachedDelaysNothing() throws InterruptedException {
        assertThat(wait.await(USABLE)).isTrue();

        assertThat(reported).isEmpty();
        assertThat(wait.health()).isEqualTo(Health.waiting("starting"));
    }

    @Test
    void eachReasonIsReportedOnceAndShownInHealthUntilTheClusterAnswers()
            throws InterruptedException {
        next.addAll(List.of(NO_NAME, NO_ANSWER, USABLE));

        assertThat(wait.await(NO_NAME)).isTrue();

        String name = "waiting for the cluster: no name resolves";
        String answer = "waiting for the cluster: no broker answers";
        assertThat(reported).containsExactly(name, answer);
        assertThat(whilePaused)
                .containsExactly(
                        Health.waiting(name), Health.waiting(name), Health.waiting(answer));
        assertThat(wait.health()).isEqualTo(Health.waiting("starting"));
    }

    @Test
    void stopEndsTheWait() throws InterruptedException {
        isStopped = true;

        assertThat(wait.await(NO_NAME)).isFalse();
        assertThat(whilePaused).hasSize(1);
    }

    @Test
    void refusalOfALaterCheckEndsTheWait() {
        var refusing =
                new ClusterWait(
                        () -> {
                            throw UserError.failure("wrong password");
                        },
                        _ -> false,
                        reported::add);

        assertThatThrownBy(() -> refusing.await(NO_NAME)).hasMessage("wrong password");
    }
}
