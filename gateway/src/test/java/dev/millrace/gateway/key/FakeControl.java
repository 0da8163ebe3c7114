package dev.millrace.gateway.key;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.KeyToken;
import dev.millrace.gateway.access.SecretHash;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The keys in control, and a clock. */
final class FakeControl implements Supplier<ControlState> {
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AtomicReference<ControlState> state = new AtomicReference<>(ControlState.EMPTY);
    private final AtomicLong elapsedNanos = new AtomicLong();
    private volatile boolean readable = true;
    private volatile int instances = 1;

    @Override
    public ControlState get() {
        return Objects.requireNonNull(state.get());
    }

    KeyToken create(KeyAccess access) {
        var token = KeyToken.mint(RANDOM);
        var hash = SecretHash.of(token.secret(), RANDOM, NOON);
        put(token.id(), new GatewayKey("ci", access, NOON, "ada", Optional.empty(), List.of(hash)));
        return token;
    }

    void change(KeyToken token, UnaryOperator<GatewayKey> change) {
        put(token.id(), change.apply(GatewayKey.find(token.id(), get()).orElseThrow()));
    }

    private void put(String id, GatewayKey key) {
        write(id, key.toJson());
    }

    void write(String id, byte[] value) {
        state.set(get().with(new ControlKey.ApiKey(id).text(), value));
    }

    void pass(java.time.Duration time) {
        var _ = elapsedNanos.addAndGet(time.toNanos());
    }

    void fail() {
        readable = false;
    }

    void share(int newInstances) {
        instances = newInstances;
    }

    KeyClock clock() {
        return new KeyClock(
                () -> NOON.plusNanos(elapsedNanos.get()),
                () -> elapsedNanos.get(),
                () -> instances,
                () -> readable);
    }
}
