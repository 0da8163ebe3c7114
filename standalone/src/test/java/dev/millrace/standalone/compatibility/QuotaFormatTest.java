package dev.millrace.standalone.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.quota.QuotaRecord;
import dev.millrace.quota.QuotaRecordCodec;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the records by which workers share limits. */
class QuotaFormatTest extends FormatContract<QuotaRecord> {
    private static final HexFormat HEX = HexFormat.of();

    @Override
    String file() {
        return "quota.txt";
    }

    @Override
    Map<String, QuotaRecord> content() {
        var content = new LinkedHashMap<String, QuotaRecord>();
        var grant = new QuotaRecord.GrantId(4, 17);
        content.put("claim", new QuotaRecord.Claim(3, -8_123_456_789_012_345_678L));
        content.put(
                "demand",
                new QuotaRecord.Demand(
                        -8_123_456_789_012_345_678L,
                        900,
                        grant,
                        new QuotaRecord.Permits(500, 480, 3, -20, 1_300, true, 2_000_000),
                        List.of(0L, 5L, 70_000L)));
        content.put("grant", new QuotaRecord.Grant(7, grant, 899, 12_345, Duration.ofSeconds(3)));
        content.put(
                "last grant",
                new QuotaRecord.Grant(7, QuotaRecord.GrantId.ENDED, 900, 0, Duration.ZERO));
        return content;
    }

    @Override
    String write(QuotaRecord content) {
        return HEX.formatHex(QuotaRecordCodec.encode(content));
    }

    @Override
    QuotaRecord read(String text) {
        return QuotaRecordCodec.decode(HEX.parseHex(text)).orElseThrow();
    }

    /** A later version may add numbers at the end. */
    @Override
    String ofALaterVersion(String text) {
        return text + "2a";
    }

    @Test
    void everyKindOfRecordIsInTheFile() {
        assertThat(content().values())
                .extracting(it -> (Object) it.getClass())
                .contains((Object[]) QuotaRecord.class.getPermittedSubclasses());
    }

    @Test
    void recordsOfUnknownKindAreIgnored() {
        assertThat(QuotaRecordCodec.decode(new byte[] {0x21, 2, 2})).isEmpty();
    }
}
