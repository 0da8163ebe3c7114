package dev.millrace.standalone.joint;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.store.fixture.TestFolder;
import dev.millrace.testwaits.Seeds;
import dev.millrace.worker.simulation.JointWorkers;
import dev.millrace.worker.simulation.JointWorkers.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

    private static Ended run(long seed, Fault fault) {
        try (var folder = TestFolder.create()) {
            return JointWorkers.run(
                    seed,
                    fault.ofWorkers(),
                    workers -> new JointHistory(workers, fault, folder.path()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Seeds(value = 20, all = 1_000)
    void everyGuaranteeHolds(long seed) {
        Ended ended = run(seed, Fault.NONE);
        assertThat(ended.violation()).as(() -> String.join("\n", ended.lines())).isNull();
    }

    @Seeds(3)
    void equalSeedsGiveEqualHistories(long seed) {
        assertThat(run(seed, Fault.NONE)).isEqualTo(run(seed, Fault.NONE));
    }

    /** Searches from the seed that found the fault when it was planted. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void plantedFaultIsFound(Fault fault) {
        assertThat(LongStream.range(fault.seed(), fault.seed() + MAX_SEARCHED))
                .anyMatch(seed -> run(seed, fault).violation() != null);
    }
}
