package dev.millrace.standalone.joint;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.store.fixture.TestFolder;
import dev.millrace.testwaits.Seeds;
import dev.millrace.worker.simulation.JointWorkers;
import dev.millrace.worker.simulation.JointWorkers.Ended;
import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.mutation.TopicMutation;
import dev.millrace.worker.simulation.mutation.TransactionMutation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Runs gateways, router, workers and sink together through random histories. */
@Tag("slow")
class JointSimulationTest {
    private static final int MAX_SEARCHED = 100;

    private static final List<Logger> LOGGERS =
            Stream.of("dev.millrace", "org.apache.kafka")
                    .map(name -> (Logger) LoggerFactory.getLogger(name))
                    .toList();

    /** The services would log each deliberate fault. */
    @BeforeAll
    static void silenceLogging() {
        LOGGERS.forEach(it -> it.setLevel(Level.OFF));
    }

    @AfterAll
    static void restoreLogging() {
        LOGGERS.forEach(it -> it.setLevel(null));
    }

    private static Ended run(long seed, Fault fault, Optional<Mutation> mutation) {
        try (var folder = TestFolder.create()) {
            return JointWorkers.run(
                    seed, mutation, workers -> new JointHistory(workers, fault, folder.path()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Seeds(value = 20, all = 1_000)
    void everyGuaranteeHolds(long seed) {
        Ended ended = run(seed, Fault.NONE, Optional.empty());
        assertThat(ended.violation()).as(() -> String.join("\n", ended.lines())).isNull();
    }

    @Seeds(3)
    void equalSeedsGiveEqualHistories(long seed) {
        assertThat(run(seed, Fault.NONE, Optional.empty()))
                .isEqualTo(run(seed, Fault.NONE, Optional.empty()));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void faultAroundTheServicesIsFound(Fault fault) {
        assertThat(isFound(fault, Optional.empty(), fault.seed())).as(fault.name()).isTrue();
    }

    /**
     * A fault of the workers, which only the services around them can find.
     *
     * @param seed the first history that finds it
     */
    record WorkerFault(Mutation mutation, long seed) {}

    static List<WorkerFault> workerFaults() {
        return List.of(
                new WorkerFault(TopicMutation.FORGET_LEDGER, 1),
                new WorkerFault(TransactionMutation.SKIP_INTENTS, 4),
                new WorkerFault(TransactionMutation.COMMIT_OFFSETS_FIRST, 19),
                new WorkerFault(TransactionMutation.WRITE_TWICE, 0));
    }

    @ParameterizedTest
    @MethodSource("workerFaults")
    void faultOfTheWorkersIsFoundFromOutside(WorkerFault fault) {
        assertThat(isFound(Fault.NONE, Optional.of(fault.mutation), fault.seed))
                .as(fault.toString())
                .isTrue();
    }

    /** Searches from the seed that found the fault when it was planted. */
    private static boolean isFound(Fault fault, Optional<Mutation> mutation, long seed) {
        return LongStream.range(seed, seed + MAX_SEARCHED)
                .mapToObj(each -> run(each, fault, mutation))
                .anyMatch(ended -> ended.violation() != null);
    }
}
