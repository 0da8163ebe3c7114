package dev.millrace.standalone.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.ledger.TopicTag;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Tests the offset metadata that workers commit: the open jobs and their calls. */
class LedgerFormatTest extends FormatContract<Reading> {
    private static final LedgerLimits LIMITS = new LedgerLimits(4_087, 8);
    private static final long START = 4_000_000_000L;
    private static final String TAG = TopicTag.of("fZ1Yk2mTQ4uLwV0cB7sXhA");

    @Override
    String file() {
        return "ledgers.txt";
    }

    private static Map<String, Snapshot> snapshots() {
        var snapshots = new LinkedHashMap<String, Snapshot>();
        snapshots.put("no open job", snapshot(it -> it.passTo(START + 9)));
        snapshots.put("no finished job", snapshot(it -> take(it, 5, 1)));
        snapshots.put(
                "calls",
                snapshot(
                        ledger -> {
                            take(ledger, 6, 1);
                            ledger.start(START + 1);
                            ledger.start(START + 2);
                            ledger.endAttempt(START + 2);
                            ledger.start(START + 3);
                            ledger.endAttempt(START + 3);
                            ledger.start(START + 3);
                            ledger.finish(START + 4);
                        }));
        snapshots.put(
                "calls that cost nothing",
                snapshot(
                        ledger -> {
                            take(ledger, 3, 1);
                            for (int attempt = 0; attempt < 3; attempt++) {
                                ledger.start(START + 1);
                                ledger.endUnbilledAttempt(START + 1);
                            }
                            ledger.start(START + 1);
                            ledger.endAttempt(START + 1);
                        }));
        snapshots.put(
                "standing intents, no open job",
                snapshot(it -> it.setStandingIntents(8, Long.MAX_VALUE)));
        snapshots.put(
                "standing intents, no finished job",
                snapshot(
                        ledger -> {
                            take(ledger, 5, 1);
                            ledger.setStandingIntents(20, Long.MAX_VALUE);
                        }));
        snapshots.put(
                "standing intents and calls",
                snapshot(
                        ledger -> {
                            take(ledger, 6, 1);
                            ledger.start(START + 1);
                            ledger.finish(START + 4);
                            ledger.setStandingIntents(400, Long.MAX_VALUE);
                        }));
        snapshots.put(
                "standing intents up to a timestamp",
                snapshot(
                        ledger -> {
                            take(ledger, 3, 1);
                            ledger.start(START + 1);
                            ledger.endUnbilledAttempt(START + 1);
                            ledger.setStandingIntents(9, 1_795_000_000_000L);
                        }));
        // The distances between open offsets decide which encoding is the smallest.
        for (int gap : new int[] {1, 2, 3, 5, 20, 150, 2_000, 30_000, 3_000_000}) {
            snapshots.put(
                    "gaps up to " + gap,
                    snapshot(
                            ledger -> {
                                take(ledger, 30, gap);
                                ledger.start(START + gap);
                                ledger.finish(START + 3L * gap);
                            }));
        }
        return snapshots;
    }

    private static Snapshot snapshot(Consumer<PartitionLedger> events) {
        PartitionLedger ledger = PartitionLedger.fresh(LIMITS, START);
        events.accept(ledger);
        return ledger.snapshot();
    }

    private static void take(PartitionLedger ledger, int count, int gap) {
        for (int i = 0; i < count; i++) {
            ledger.take(START + (long) i * gap, 0);
        }
    }

    @Override
    Map<String, Reading> content() {
        var content = new LinkedHashMap<String, Reading>();
        snapshots().forEach((name, it) -> content.put(name, reading(it)));
        return content;
    }

    private static Reading reading(Snapshot snapshot) {
        return PartitionLedger.read(snapshot.offset(), TAG + snapshot.metadata());
    }

    @Override
    String write(Reading content) {
        return snapshots().values().stream()
                .filter(it -> reading(it).equals(content))
                .map(it -> it.offset() + " " + TAG + it.metadata())
                .findFirst()
                .orElseThrow();
    }

    @Override
    Reading read(String text) {
        int space = text.indexOf(' ');
        return PartitionLedger.read(
                Long.parseLong(text.substring(0, space)), text.substring(space + 1));
    }

    /** Workers of the next version write this version's text until all are updated. */
    @Override
    String ofALaterVersion(String text) {
        return text;
    }

    @Test
    void textOfAnotherVersionIsNotGuessed() {
        assertThat(PartitionLedger.read(START, "4abc")).isInstanceOf(Reading.Unreadable.class);
    }
}
