package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.testclusters.RequestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@Tag("long")
class TwoRoutersIT {
    private static final Logger LOG = LoggerFactory.getLogger(TwoRoutersIT.class);
    private static final int ROUNDS = 300;
    private static final int KILL_IN_ROUND = 100;
    private static final int JOBS_A_ROUND = 25;
    private static final int JOBS = ROUNDS * JOBS_A_ROUND;
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    @TempDir Path directory;

    @Test
    void killUnderLoadLosesAndDuplicatesNoJob()
            throws IOException, InterruptedException, UnreadableHeader {
        try (var cluster = new RequestCluster(directory)) {
            Process one =
                    RouterProcess.startOneOfSeveral(cluster.bootstrap(), directory.resolve("one"));
            Process two =
                    RouterProcess.startOneOfSeveral(cluster.bootstrap(), directory.resolve("two"));
            try {
                cluster.awaitRouters(2);
                Instant end = Instant.now().plus(TIMEOUT);
                Duration longest = Duration.ZERO;
                int came = 0;
                for (int round = 0; came < JOBS && Instant.now().isBefore(end); round++) {
                    if (round == KILL_IN_ROUND) {
                        one.destroyForcibly();
                    }
                    if (round < ROUNDS) {
                        cluster.submit(lines(round));
                    }
                    for (var job : cluster.poll()) {
                        Duration waited = Duration.between(submittedAt(job), Instant.now());
                        longest = waited.compareTo(longest) > 0 ? waited : longest;
                        came++;
                    }
                }
                var output = cluster.awaitNoMoreOutput();

                LOG.atWarn()
                        .addKeyValue("longestWaitMillis", longest.toMillis())
                        .log("A router of two was killed");
                assertThat(output).hasSize(JOBS);
                assertThat(output.stream().map(it -> new String(it.key(), UTF_8)).distinct())
                        .hasSize(JOBS);
            } finally {
                one.destroyForcibly().waitFor();
                two.destroyForcibly().waitFor();
            }
        }
    }

    private static Instant submittedAt(ConsumerRecord<byte[], byte[]> job) throws UnreadableHeader {
        return JobHeaders.read(job.headers()).submittedAt();
    }

    private static String lines(int round) {
        return IntStream.range(0, JOBS_A_ROUND)
                .mapToObj(
                        i ->
                                RequestCluster.line(
                                        "job-" + round + "-" + i, RequestCluster.MODEL, "hello"))
                .collect(Collectors.joining());
    }
}
