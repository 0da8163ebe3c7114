package dev.millrace.bench.torture;

import dev.millrace.bench.torture.ClientHistory.SentRecord;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.JobId;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.KeyToken;
import dev.millrace.gateway.access.SecretHash;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An operator who rotates the secret of the clients' key, pauses models and cancels jobs. Used by
 * one thread.
 */
final class OperatorLoad implements Load.Loop {
    /** Tenant of the clients of the gateways. */
    static final String TENANT = "clients";

    private static final String NAME = "torture";
    private static final KeyAccess ACCESS = KeyAccess.ofTenant(TENANT);
    private static final String KEY_ID = "0123456789abcdef";

    /** How long a replaced secret is accepted. */
    private static final Duration OVERLAP = Duration.ofSeconds(5);

    private static final int PAUSE_MILLIS = 5_000;
    private static final int PAUSED_ONE_IN = 4;
    private static final int LONGEST_PAUSE_MILLIS = 60_000;
    private static final int RECENT = 20;

    private final Load.Target target;
    private final RandomGenerator random;
    private final SecureRandom secrets = new SecureRandom();
    private @Nullable GatewayKey key;

    /** Creates the key. */
    OperatorLoad(Load.Target target, RandomGenerator random) {
        this.target = target;
        this.random = random;
        rotate();
    }

    @Override
    public void runOnce() throws InterruptedException {
        Thread.sleep(PAUSE_MILLIS + random.nextInt(PAUSE_MILLIS));
        rotate();
        Instant now = target.clock().instant();
        if (random.nextInt(PAUSED_ONE_IN) == 0) {
            String model = LoadModel.draw(random);
            Instant end = now.plusMillis(random.nextInt(LONGEST_PAUSE_MILLIS));
            var pause = new OperatorCommand(now, NAME, Optional.empty(), Optional.of(end));
            send(
                    pause.record(new ControlKey.PauseModel(model)),
                    () -> target.forbid(model, end.toEpochMilli()));
        }
        Queue<SentRecord> records = target.history().records();
        records.stream()
                .skip(Math.max(0, records.size() - 1 - random.nextInt(RECENT)))
                .map(SentRecord::jobId)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(this::cancel);
    }

    /** Cancels a job that was submitted before: a cancellation spares later submissions. */
    private void cancel(String job) {
        var key = new ControlKey.CancelJob(new JobId(job));
        var command = OperatorCommand.withCalls(target.clock().instant(), NAME).record(key);
        send(command, () -> target.forbid(job, Long.MAX_VALUE));
    }

    /** Sends a command, and notes it as soon as Kafka has it. */
    private void send(ControlRecord command, Runnable note) {
        target.send(
                command.toRecord(target.cluster().topics().control()),
                (_, failure) -> {
                    if (failure == null) {
                        note.run();
                    }
                });
    }

    /** Gives the clients a new secret; the replaced one is refused after a while. */
    private void rotate() {
        KeyToken token = KeyToken.mint(KEY_ID, secrets);
        Instant now = target.clock().instant();
        SecretHash hash = SecretHash.of(token.secret(), secrets, now);
        GatewayKey old = key;
        key =
                old == null
                        ? new GatewayKey(NAME, ACCESS, now, NAME, Optional.empty(), List.of(hash))
                        : old.withSecret(hash, now.plus(OVERLAP));
        var record = new ControlRecord(new ControlKey.ApiKey(KEY_ID), key.toJson());
        send(record, () -> target.history().secrets().add(token.text()));
        target.producer().flush();
    }
}
