package dev.millrace.router.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import org.junit.jupiter.api.Test;

class SplitMetricsTest {
    private static final Doc REPORT = Doc.of("report", 3);

    private final SplitWorld world = new SplitWorld();

    private double count(String name, String result) {
        return world.meters
                .get("millrace.router.split." + name)
                .tag("result", result)
                .counter()
                .count();
    }

    private double gauge(String name) {
        return world.meters.get("millrace.router.split." + name).gauge().value();
    }

    @Test
    void countEndsOfPartsAndJoins() {
        world.submit(REPORT.omitting());
        assertThat(gauge("running.parts")).isEqualTo(3);
        world.end(world.failure(world.firstCalled(), ErrorCode.TIMEOUT));
        world.answerAll();

        assertThat(count("parts", "answered")).isEqualTo(2);
        assertThat(count("parts", "omitted")).isEqualTo(1);
        assertThat(count("joins", "answered")).isEqualTo(1);
        assertThat(world.meters.get("millrace.router.split.documents").counter().count())
                .isEqualTo(1);
    }

    @Test
    void showWhatIsRunning() {
        world.submit(REPORT);
        world.restart();
        assertThat(gauge("running")).isEqualTo(1);
        assertThat(gauge("running.parts")).isEqualTo(3);

        world.answerAll();
        assertThat(gauge("running")).isZero();
        assertThat(gauge("running.parts")).isZero();
    }

    @Test
    void countLostParts() {
        world.submit(REPORT);
        world.findLost();
        assertThat(count("parts", "lost")).isEqualTo(3);

        world.end(world.failure(world.firstCalled(), ErrorCode.TIMEOUT));
        assertThat(count("parts", "failed")).isEqualTo(1);
    }
}
