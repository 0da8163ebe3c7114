package dev.millrace.standalone.audit.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.usage.ReportedCounts;
import dev.millrace.standalone.console.UserError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random changes of logs: each is read to its end, and no entry has an absurd amount. */
class LogReaderProperties {
    private static final List<String> GOLDEN =
            List.of(
                    """
                    {"model":"gpt-4.1","usage":{"input_tokens":7,"output_tokens":2},"time":"2026-10-02T10:00:00Z","cost_usd":0.5}
                    {"model":"gpt-4.1","usage":{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,"prompt_tokens_details":{"cached_tokens":1920}}}
                    """,
                    """
                    [{"request_id":"r-1","model":"gpt-4.1","prompt_tokens":"2100","completion_tokens":"210","spend":"0.00693","startTime":"2026-10-25 07:01:02+02","metadata":"{\\"usage_object\\":{\\"cached_tokens\\":1000}}"},
                     {"object":"batch","model":"m","request_counts":{"completed":990},"usage":{"input_tokens":2880000,"output_tokens":1640000}}]
                    """,
                    """
                    usage_date_utc,model_version,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_output_tokens
                    2026-08-05,claude-opus-4,≤ 200k,"1,000",3000,700
                    2026-08-06,claude-opus-4,> 200k,"1,000",3000,700
                    """,
                    """
                    {
                      "object": "page",
                      "data": [{"object": "bucket", "start_time": 1790899200, "end_time": 1790985600, "results": [
                        {"input_tokens": 1250000, "output_tokens": 40000, "num_model_requests": 5000, "model": "m"}]}]
                    }
                    """);

    private static final String ALPHABET = "{}[]\":,;\t0123456789.-+eE'$ntf\\ \n\r";

    @Provide
    static Arbitrary<String> goldens() {
        return Arbitraries.of(GOLDEN);
    }

    private static byte[] mutated(String log, long seed) {
        var random = new SplittableRandom(seed);
        var text = new StringBuilder(log);
        for (int i = random.nextInt(8); i >= 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                default -> text.setLength(Math.max(1, at));
            }
            if (text.isEmpty()) {
                text.append('[');
            }
        }
        return text.toString().getBytes(UTF_8);
    }

    @Property(tries = 8_000)
    void changedLogIsReadToItsEnd(@ForAll("goldens") String golden, @ForAll long seed)
            throws IOException {
        byte[] log = mutated(golden, seed);
        try (var reader = LogReader.open("log", new ByteArrayInputStream(log))) {
            int entries = 0;
            for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
                assertThat(++entries).isLessThanOrEqualTo(log.length);
                entry.content().forEach(LogReaderProperties::check);
            }
        } catch (UserError e) {
            assertThat(e).hasMessageStartingWith("log ");
        }
    }

    private static void check(LogLine content) {
        if (content instanceof LogLine.Billed billed) {
            assertThat(billed.requests()).isNotNegative();
            assertThat(billed.usage().totalTokens())
                    .isLessThanOrEqualTo(ReportedCounts.MAX_OF_REQUEST * 10_000);
            billed.spentUsd().ifPresent(it -> assertThat(it.signum()).isNotNegative());
            billed.period().ifPresent(it -> assertThat(it.until()).isAfterOrEqualTo(it.from()));
        }
    }
}
