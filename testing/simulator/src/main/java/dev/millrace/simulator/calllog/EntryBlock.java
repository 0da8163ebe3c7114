package dev.millrace.simulator.calllog;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.answer.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A block of {@link #SIZE} entries stored by column, about 60 bytes each. Guarded by the lock of
 * its {@link CallLog}.
 */
final class EntryBlock {
    static final int SIZE = 4_096;

    private static final int HEX_KEY_DIGITS = 32;

    private final long[] times = new long[SIZE];
    private final int[] durations = new int[SIZE];
    private final long[] idempotencyKeyHigh = new long[SIZE];
    private final long[] idempotencyKeyLow = new long[SIZE];
    private final char[] keys = new char[SIZE];
    private final char[] models = new char[SIZE];
    private final Operation[] operations = new Operation[SIZE];
    private final short[] statuses = new short[SIZE];
    private final int[] inputs = new int[SIZE];
    private final int[] cached = new int[SIZE];
    private final int[] written = new int[SIZE];
    private final int[] outputs = new int[SIZE];
    private final boolean[] flex = new boolean[SIZE];
    private final boolean[] billed = new boolean[SIZE];
    private final CallOutcome[] outcomes = new CallOutcome[SIZE];

    /** Idempotency keys that are not 32 hexadecimal digits; the columns above hold all others. */
    private @Nullable String @Nullable [] otherIdempotencyKeys;

    void set(int i, LoggedCall entry, NameTable names) {
        times[i] = entry.time().toEpochMilli();
        durations[i] = (int) Math.min(Integer.MAX_VALUE, entry.duration().toMillis());
        keys[i] = names.indexOf(entry.caller().key());
        models[i] = names.indexOf(entry.model());
        operations[i] = entry.operation();
        statuses[i] = (short) entry.status();
        inputs[i] = entry.usage().input();
        cached[i] = entry.usage().cachedInput();
        written[i] = entry.usage().cacheWrite();
        outputs[i] = entry.usage().output();
        flex[i] = entry.usage().flex();
        billed[i] = entry.billed();
        outcomes[i] = entry.outcome();
        setIdempotencyKey(i, entry.caller().idempotencyKey());
    }

    void setOutcome(int i, CallOutcome outcome) {
        outcomes[i] = outcome;
    }

    LoggedCall get(int i, long sequence, NameTable names) {
        return new LoggedCall(
                sequence,
                Instant.ofEpochMilli(times[i]),
                Duration.ofMillis(durations[i]),
                new LoggedCall.Caller(names.name(keys[i]), idempotencyKey(i)),
                operations[i],
                names.name(models[i]),
                statuses[i],
                new Usage(inputs[i], cached[i], written[i], outputs[i], 0, flex[i]),
                billed[i],
                outcomes[i]);
    }

    private void setIdempotencyKey(int i, @Nullable String idempotencyKey) {
        if (idempotencyKey == null) {
            return;
        }
        if (isHex(idempotencyKey)) {
            idempotencyKeyHigh[i] =
                    Long.parseUnsignedLong(idempotencyKey, 0, HEX_KEY_DIGITS / 2, 16);
            idempotencyKeyLow[i] =
                    Long.parseUnsignedLong(idempotencyKey, HEX_KEY_DIGITS / 2, HEX_KEY_DIGITS, 16);
            return;
        }
        if (otherIdempotencyKeys == null) {
            otherIdempotencyKeys = new String[SIZE];
        }
        otherIdempotencyKeys[i] = idempotencyKey;
    }

    private @Nullable String idempotencyKey(int i) {
        if (otherIdempotencyKeys != null && otherIdempotencyKeys[i] != null) {
            return otherIdempotencyKeys[i];
        }
        return idempotencyKeyHigh[i] == 0 && idempotencyKeyLow[i] == 0
                ? null
                : HexFormat.of().toHexDigits(idempotencyKeyHigh[i])
                        + HexFormat.of().toHexDigits(idempotencyKeyLow[i]);
    }

    /** Returns true when two long columns can hold the key. All zeros mean no key. */
    private static boolean isHex(String idempotencyKey) {
        if (idempotencyKey.length() != HEX_KEY_DIGITS) {
            return false;
        }
        boolean zeros = true;
        for (int i = 0; i < HEX_KEY_DIGITS; i++) {
            char digit = idempotencyKey.charAt(i);
            if (!(digit >= '0' && digit <= '9') && !(digit >= 'a' && digit <= 'f')) {
                return false;
            }
            zeros &= digit == '0';
        }
        return !zeros;
    }
}
