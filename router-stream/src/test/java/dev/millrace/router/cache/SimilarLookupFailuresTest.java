package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** What fails while jobs look for the answer to a similar question harms no job. */
class SimilarLookupFailuresTest extends SimilarScene {
    private void damage(char kind) {
        for (Map.Entry<Bytes, byte[]> entry : world.store.entries(kind).entrySet()) {
            byte[] first = {entry.getValue()[0], 0, 0, 0, 0};
            world.store.put(entry.getKey(), first);
        }
        world.restart();
    }

    @Test
    void jobIsCalledIfAnEmbeddingInTheStoreIsDamaged() {
        askAndAnswer(first);
        damage('V');

        ask(second);

        assertThat(world.releasedNames()).containsExactly("first", "second");
    }

    @Test
    void jobIsCalledIfAQuestionInTheStoreIsDamaged() {
        askAndAnswer(first);
        damage('Q');

        ask(second);

        assertThat(world.releasedNames()).containsExactly("first", "second");
    }

    @Test
    void jobIsCalledIfTheVerificationInTheStoreIsDamaged() {
        world = new CacheWorld(limits(1, 100));
        askAndAnswer(first);
        askAndAnswer(second);
        world.settle();
        damage('S');

        ask(world.asking("third", "How could I reset my password?"));

        assertThat(world.releasedNames()).containsExactly("first", "second", "third");
    }

    @Test
    void questionThatCannotBeStoredIsCalledOnce() {
        world.store.failPuts('Q');

        ask(first);
        world.settle();

        assertThat(world.releasedNames()).containsExactly("first");
        assertThat(world.endsOf(first)).isEmpty();
    }

    @Test
    void jobsDoNotWaitForOneFailingCallAfterAnother() {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            jobs.add(world.asking("job-" + i, "how can i reset the password" + " ?".repeat(i)));
        }
        jobs.forEach(this::ask);

        for (int i = 0; i < 3; i++) {
            assertThat(world.releasedNames()).hasSize(i + 1);
            world.fail(jobs.get(i), ErrorCode.SERVER_ERROR);
            world.settle();
        }

        assertThat(world.releasedNames()).hasSize(jobs.size());
        jobs.subList(3, jobs.size()).forEach(it -> answered(it, "Click."));
        assertThat(world.gauge("waiting")).isZero();
    }

    @Test
    void turnOfLargeAnswersEndsAtItsBytes() {
        world = new CacheWorld(100, 8 << 20, 100, limits(0, 100));
        ask(first);
        answered(first, "x".repeat(3 << 20));
        world.embedder.hold();
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            jobs.add(world.asking("job-" + i, "how can i reset the password" + " ?".repeat(i)));
        }
        jobs.forEach(world::lookUp);
        world.embedder.finish(Integer.MAX_VALUE);

        var _ = world.tick();
        world.commit();

        // A turn has 8 MiB.
        assertThat(jobs).filteredOn(it -> !world.endsOf(it).isEmpty()).hasSize(3);
        world.settle();
        assertThat(jobs).allSatisfy(it -> assertThat(world.endsOf(it)).hasSize(1));
    }
}
