package dev.millrace.standalone.audit.log;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.standalone.audit.log.LogLine.Billed;
import dev.millrace.standalone.audit.log.LogLine.NotBilled;
import dev.millrace.standalone.audit.log.LogLine.Unreadable;
import dev.millrace.standalone.console.UserError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as vendors and databases export them: right, or refused with the reason. */
class ExportsTest {
    private static List<LogLine> read(byte[] file) throws IOException {
        List<LogLine> content = new ArrayList<>();
        try (var reader = LogReader.open("log", new ByteArrayInputStream(file))) {
            for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
                content.addAll(entry.content());
            }
        }
        return content;
    }

    private static List<LogLine> read(String file) throws IOException {
        return read(file.getBytes(UTF_8));
    }

    private static Billed only(String file) throws IOException {
        List<LogLine> content = read(file);
        assertThat(content).hasSize(1).first().isInstanceOf(Billed.class);
        return (Billed) content.getFirst();
    }

    private static String refusal(String file) throws IOException {
        List<LogLine> content = read(file);
        assertThat(content).hasSize(1).first().isInstanceOf(Unreadable.class);
        return ((Unreadable) content.getFirst()).reason();
    }

    @Nested
    class Sums {
        @Test
        void batchOfOpenAi() throws IOException {
            Billed batch =
                    only(
                            """
                            {"id":"batch_a1","object":"batch","status":"completed","created_at":1790900000,\
                            "completed_at":1790950000,"request_counts":{"total":1000,"completed":990,"failed":10},\
                            "model":"gpt-4.1-2025-04-14","usage":{"completion_tokens":0,"prompt_tokens":0,\
                            "total_tokens":4520000,"input_tokens":2880000,"output_tokens":1640000,\
                            "input_tokens_details":{"cached_tokens":2150400},\
                            "output_tokens_details":{"reasoning_tokens":1500000}}}""");

            assertThat(batch.requests()).isEqualTo(990);
            assertThat(batch.usage())
                    .isEqualTo(new TokenUsage(2_880_000, 2_150_400, 0, 1_640_000, 1_500_000));
            assertThat(batch.each().inputTokens()).isEqualTo(2_909);
            assertThat(batch.period())
                    .contains(
                            new LogLine.Period(
                                    Instant.ofEpochSecond(1_790_900_000),
                                    Instant.ofEpochSecond(1_790_950_000)));
        }

        @Test
        void pageOfOpenAiWithBuckets() throws IOException {
            List<LogLine> content =
                    read(
                            """
                            {
                              "object": "page",
                              "data": [
                                {"object": "bucket", "start_time": 1790899200, "end_time": 1790985600,
                                 "results": [
                                  {"object": "organization.usage.completions.result",
                                   "input_tokens": 1250000, "output_tokens": 40000,
                                   "input_cached_tokens": 900000, "num_model_requests": 5000,
                                   "model": "gpt-4.1-2025-04-14"},
                                  {"object": "organization.usage.completions.result",
                                   "input_tokens": 10, "output_tokens": 4,
                                   "num_model_requests": 2, "model": null}]},
                                {"object": "bucket", "start_time": 1790985600, "end_time": 1791072000,
                                 "results": []}],
                              "has_more": false
                            }
                            """);

            assertThat(content).hasSize(2);
            Billed first = (Billed) content.getFirst();
            assertThat(first.requests()).isEqualTo(5_000);
            assertThat(first.usage()).isEqualTo(new TokenUsage(1_250_000, 900_000, 0, 40_000, 0));
            assertThat(first.period().orElseThrow().until())
                    .isEqualTo(Instant.ofEpochSecond(1_790_985_600));
            assertThat(content.getLast())
                    .isEqualTo(
                            new Unreadable(
                                    "is a sum of many requests without a model; export it by model"));
        }

        @Test
        void costsOfOpenAiHaveNoTokens() throws IOException {
            assertThat(
                            refusal(
                                    """
                                    {"object":"organization.costs.result","amount":{"value":0.06,"currency":"usd"}}"""))
                    .isEqualTo("is a sum of many requests without token counts");
        }

        @Test
        void reportOfAnthropic() throws IOException {
            Billed report =
                    only(
                            """
                            {"data":[{"starting_at":"2026-08-05T00:00:00Z","ending_at":"2026-08-06T00:00:00Z","results":[\
                            {"uncached_input_tokens":1000,"cache_creation":{"ephemeral_1h_input_tokens":2000,\
                            "ephemeral_5m_input_tokens":3000},"cache_read_input_tokens":50000,"output_tokens":700,\
                            "model":"claude-sonnet-4-5-20250929","context_window":"200k-1M"}]}]}""");

            assertThat(report.requests()).isZero();
            assertThat(report.usage())
                    .isEqualTo(new TokenUsage(56_000, 50_000, 5_000, 2_000, 700, 0));
            assertThat(report.each().inputTokens()).isEqualTo(200_001);
        }

        @Test
        void tableOfAnthropicsConsole() throws IOException {
            Billed row =
                    only(
                            """
                            \uFEFFusage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count
                            2026-08-05,claude-opus-4-20250514,"Closer, App",Default,standard,≤ 200k,"1,000",3000,2000,50000,700,0
                            """);

            assertThat(row.model()).isEqualTo("claude-opus-4-20250514");
            assertThat(row.usage()).isEqualTo(new TokenUsage(56_000, 50_000, 5_000, 2_000, 700, 0));
            assertThat(row.period())
                    .contains(
                            new LogLine.Period(
                                    Instant.parse("2026-08-05T00:00:00Z"),
                                    Instant.parse("2026-08-06T00:00:00Z")));
        }

        @Test
        void dayAndModelOfADatabase() throws IOException {
            List<LogLine> rows =
                    read(
                            """
                            date\tmodel\tprompt_tokens\tcompletion_tokens\tspend
                            2026-10-15\tgpt-4.1\t12000000\t300000\t24.50
                            2026-10-16\tgpt-4.1\t0\t0\t0
                            """);

            assertThat(rows.getLast()).isEqualTo(new NotBilled("entries without tokens"));
            Billed day = (Billed) rows.getFirst();
            assertThat(day.requests()).isZero();
            assertThat(day.usage()).isEqualTo(TokenUsage.of(12_000_000, 300_000));
            assertThat(day.spentUsd().orElseThrow()).isEqualByComparingTo("24.5");
        }

        @Test
        void dailySpendOfLiteLlm() throws IOException {
            Billed day =
                    only(
                            """
                            [{"id":"x1","date":"2026-10-15","model":"gpt-4.1","prompt_tokens":2100,"completion_tokens":210,\
                            "cache_read_input_tokens":1000,"cache_creation_input_tokens":0,"spend":0.00693,\
                            "api_requests":3,"successful_requests":3}]""");

            assertThat(day.requests()).isEqualTo(3);
            assertThat(day.usage()).isEqualTo(new TokenUsage(2_100, 1_000, 0, 210, 0));
        }

        @Test
        void withoutAMarkAreRefused() throws IOException {
            assertThat(refusal("{\"model\":\"m\",\"input_tokens\":50000000,\"output_tokens\":1}"))
                    .contains("more input tokens than one request can have", "num_model_requests");
        }
    }

    @Nested
    class Databases {
        private static final String SPEND =
                """
                {"request_id":"r-1","model":"gpt-4.1","prompt_tokens":"2100","completion_tokens":"210",\
                "total_tokens":"2310","spend":"0.00693","startTime":"2026-10-25 07:01:02+02",\
                "endTime":"2026-10-25 07:01:04+02","cache_hit":"False","status":"success",\
                "metadata":"{\\"usage_object\\":{\\"prompt_tokens\\":2100,\\"prompt_tokens_details\\":{\\"cached_tokens\\":1000}}}"}""";

        @Test
        void textsAreNumbersAndTimes() throws IOException {
            Billed line = only(SPEND);

            assertThat(line.usage()).isEqualTo(new TokenUsage(2_100, 1_000, 0, 210, 0));
            assertThat(line.spentUsd().orElseThrow()).isEqualByComparingTo("0.00693");
            Instant time = Instant.parse("2026-10-25T05:01:02Z");
            assertThat(line.period()).contains(new LogLine.Period(time, time));
            assertThat(line.doubts()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"[%s,%s]", "[\n%s,\n%s\n]", "%s\n%s", "%s,\n%s", "{\"data\":[%s,%s]}"})
        void listsAndLinesAreTheSame(String form) throws IOException {
            assertThat(read(form.formatted(SPEND, SPEND)))
                    .hasSize(2)
                    .allMatch(Billed.class::isInstance);
        }

        @Test
        void jsonMayGoOverSeveralLines() throws IOException {
            String spread = SPEND.replace(",\"", ",\n  \"").replaceFirst("\\{", "{\n  ");

            assertThat(read(spread + "\n" + spread)).hasSize(2).allMatch(Billed.class::isInstance);
        }

        @Test
        void mongoDbWrapsNumbersAndTimes() throws IOException {
            Billed line =
                    only(
                            """
                            {"model":"m","created_at":{"$date":"2026-10-15T07:01:02Z"},\
                            "usage":{"prompt_tokens":{"$numberLong":"7"},"completion_tokens":{"$numberInt":"2"}}}""");

            assertThat(line.usage()).isEqualTo(TokenUsage.of(7, 2));
            assertThat(line.period()).isPresent();
        }

        @Test
        void textOfNoValueIsNone() throws IOException {
            assertThat(refusal("model\tinput_tokens\tspend\nNULL\t7\t\\N\n"))
                    .isEqualTo("has no model");
            assertThat(only("model\tinput_tokens\tspend\nm\t7\t\\N\n").spentUsd()).isEmpty();
        }

        @Test
        void cellsMayHoldJson() throws IOException {
            Billed row =
                    only(
                            """
                            model,usage,note
                            gpt-4.1,"{""prompt_tokens"": 7, ""completion_tokens"": 2}","two
                            lines"
                            """);

            assertThat(row.usage()).isEqualTo(TokenUsage.of(7, 2));
        }

        @Test
        void namesOfColumnsMayHaveDotsAndBlanks() throws IOException {
            assertThat(only("Model;Input Tokens;usage.output_tokens\r\nm;7;2\r\n").usage())
                    .isEqualTo(TokenUsage.of(7, 2));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "2,100 | , | 2100",
                    "1,234,567 | , | 1234567",
                    "2 100 | , | 2100",
                    "2'100 | ; | 2100",
                    "1.234.567 | ; | 1234567",
                    "2100.0 | , | 2100"
                })
        void thousandsMayBeSeparated(String written, char separator, long count)
                throws IOException {
            String row =
                    "model%sinput_tokens\nm%s\"%s\"\n".formatted(separator, separator, written);

            assertThat(only(row).usage().inputTokens()).isEqualTo(count);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {"2.100 | ,", "2,100 | ;", "21,00 | ,", "1,23 | ,", "0x10 | ,"})
        void numbersWithTwoMeaningsAreRefused(String written, char separator) throws IOException {
            String row =
                    "model%sinput_tokens\nm%s\"%s\"\n".formatted(separator, separator, written);

            assertThat(refusal(row)).isEqualTo("has wrong token counts: a count is not a number");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "$0.50 | 0.5",
                    "0.50 USD | 0.5",
                    "0,50 | 0.5",
                    "1,234.50 | 1234.5",
                    "6.93E-3 | 0.00693"
                })
        void amountsMayHaveASign(String written, String usd) throws IOException {
            Billed row = only("model;input_tokens;spend\nm;7;\"%s\"\n".formatted(written));

            assertThat(row.spentUsd().orElseThrow()).isEqualByComparingTo(usd);
        }

        @ParameterizedTest
        @ValueSource(strings = {"1,234", "€ 0.50", "free"})
        void unclearAmountsAreRefused(String written) throws IOException {
            assertThat(refusal("model;input_tokens;spend\nm;7;\"%s\"\n".formatted(written)))
                    .startsWith("has a cost that is not an amount in US dollars");
        }

        @Test
        void otherCurrenciesAreRefused() throws IOException {
            assertThat(refusal("model,input_tokens,spend,currency\nm,7,1,EUR\n"))
                    .isEqualTo("has its cost in EUR, not in US dollars");
        }
    }

    @Nested
    class OtherTools {
        @Test
        void langfuseSeparatesTheTokensOfTheCache() throws IOException {
            Billed line =
                    only(
                            """
                            {"id":"o","type":"GENERATION","model":"gemini-2.5-flash","startTime":"2026-10-15T07:01:02.123Z",\
                            "input":{"prompt":"Hi"},"usageDetails":{"input":2140,"input_cached_tokens":1024,"output":96,\
                            "output_reasoning_tokens":310,"total":3570},"calculatedTotalCost":0.001144}""");

            assertThat(line.usage()).isEqualTo(new TokenUsage(3_164, 1_024, 0, 406, 310));
            assertThat(line.spentUsd().orElseThrow()).isEqualByComparingTo("0.001144");
        }

        @Test
        void langfuseMayCountCharacters() throws IOException {
            assertThat(
                            refusal(
                                    "{\"model\":\"m\",\"usage\":{\"input\":9,\"output\":1,\"unit\":\"CHARACTERS\"}}"))
                    .isEqualTo("counts CHARACTERS, not tokens");
        }

        @Test
        void spansWithoutTokensAreNotBilled() throws IOException {
            assertThat(read("{\"type\":\"SPAN\",\"promptTokens\":0,\"completionTokens\":0}"))
                    .containsExactly(new NotBilled("entries without tokens"));
        }

        @Test
        void openRouterPrefersTheProvidersTokens() throws IOException {
            assertThat(
                            only("""
                                            {"data":[{"id":"gen-abc","model":"anthropic/claude-sonnet-4.5",\
                                            "tokens_prompt":17000,"tokens_completion":100,\
                                            "native_tokens_prompt":18054,"native_tokens_cached":18041,\
                                            "native_tokens_completion":120,"total_cost":0.0055}]}""")
                                    .usage())
                    .isEqualTo(new TokenUsage(18_054, 18_041, 0, 120, 0));
        }

        @Test
        void answersBeforeClaudeHaveTheCostOfTheWorker() throws IOException {
            Billed answer =
                    only(
                            """
                            {"object":"chat.completion","model":"m","usage":{"prompt_tokens":412,"completion_tokens":23,\
                            "total_tokens":10235,"cache_read_input_tokens":9800,"cache_creation_input_tokens":0}}""");

            assertThat(answer.usage()).isEqualTo(new TokenUsage(10_212, 9_800, 0, 23, 0));
            assertThat(answer.doubts()).isEmpty();
        }

        @Test
        void contradictionsAreNamed() throws IOException {
            assertThat(
                            only("{\"model\":\"m\",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":30}}")
                                    .doubts())
                    .containsExactly("is unclear: the total is smaller than input and output");
        }
    }

    @Nested
    class Tables {
        private static List<Long> inputs(String table) throws IOException {
            return read(table).stream()
                    .filter(Billed.class::isInstance)
                    .map(it -> ((Billed) it).usage().inputTokens())
                    .toList();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    ",model,input_tokens\n0,m,7\n1,m,8\n",
                    "\tmodel\tinput_tokens\n0\tm\t7\n1\tm\t8\n",
                    " model | input_tokens \n-------+--------------\n m     |            7\n m     |            8\n(2 rows)\n",
                    "| model | input_tokens |\n|---|--:|\n| m | 7 |\n| m | 8 |\n",
                    "\uFEFF\"input_tokens\",\"model\"\r\n\"7\",\"m\"\r\n\"8\",\"m\"\r\n",
                    "sep=;\nmodel;input_tokens\nm;7\nm;8\n"
                })
        void ofOtherToolsAreRead(String table) throws IOException {
            assertThat(inputs(table)).containsExactly(7L, 8L);
            assertThat(read(table)).noneMatch(Unreadable.class::isInstance);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Total,,15",
                    "Grand Total,,15",
                    "2026-10-15,m Total,15",
                    "Summe:,m,15",
                    "2026-10-15,Subtotal,15",
                    ",total,15"
                })
        void rowsOfTotalsAreNotAddedAgain(String row) throws IOException {
            List<LogLine> rows =
                    read("date,model,input_tokens\n2026-10-15,m,7\n2026-10-15,m,8\n" + row + "\n");

            assertThat(rows).hasSize(3).last().isEqualTo(new NotBilled("rows of totals"));
        }
    }

    @Nested
    class Tiers {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "model,input_tokens,service_tier\nm,7,Flex\n",
                    "{\"model\":\"m\",\"service_tier\":\"flex\",\"usage\":{\"input_tokens\":7}}",
                    "{\"model\":\"m\",\"usage\":{\"input_tokens\":7,\"service_tier\":\"flex\"}}",
                    "{\"request\":{\"service_tier\":\"default\"},\"response\":{\"model\":\"m\",\"service_tier\":\"flex\",\"usage\":{\"prompt_tokens\":7}}}",
                    "{\"model\":\"m\",\"prompt_tokens\":7,\"metadata\":\"{\\\"usage_object\\\":{\\\"service_tier\\\":\\\"flex\\\"}}\"}",
                    "{\"model\":\"m\",\"serviceTier\":\"flex\",\"input_tokens\":7,\"num_model_requests\":2}"
                })
        void areThoseThatTheEntryNames(String log) throws IOException {
            assertThat(only(log).tier()).isEqualTo("flex");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"object\":\"batch\",\"model\":\"m\",\"usage\":{\"input_tokens\":7}}",
                    "{\"object\":\"organization.usage.completions.result\",\"model\":\"m\",\"batch\":true,\"input_tokens\":7}",
                    "{\"id\":\"batch_req_1\",\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":{\"model\":\"m\",\"service_tier\":\"default\",\"usage\":{\"prompt_tokens\":7}}}}",
                    "{\"custom_id\":\"a\",\"result\":{\"type\":\"succeeded\",\"message\":{\"model\":\"m\",\"usage\":{\"input_tokens\":7}}}}",
                    "usage_date_utc,model_version,usage_type,usage_input_tokens_no_cache\n2026-08-05,m,batch,7\n"
                })
        void ofBatchesFollowFromTheFormat(String log) throws IOException {
            assertThat(only(log).tier()).isEqualTo("batch");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "model,input_tokens,service_tier,speed\nm,7,Standard,45.2\n",
                    "model,input_tokens,service_tier,batch\nm,7,NULL,1\n",
                    "{\"model\":\"m\",\"service_tier\":null,\"batch\":false,\"usage\":{\"input_tokens\":7}}",
                    "{\"request\":{\"service_tier\":\"priority\"},\"response\":{\"model\":\"m\",\"service_tier\":\"default\",\"usage\":{\"prompt_tokens\":7}}}",
                    "{\"id\":\"batch_req_1\",\"custom_id\":\"a\",\"millrace\":{\"model\":\"m\"},\"response\":{\"status_code\":200,\"body\":{\"model\":\"m\",\"usage\":{\"prompt_tokens\":7}}}}"
                })
        void areStandardWithoutAnother(String log) throws IOException {
            assertThat(only(log).tier()).isNull();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"model\":\"m\",\"usage\":{\"input_tokens\":7,\"server_tool_use\":{\"web_search_requests\":2}}}",
                    "{\"model\":\"m\",\"output\":[{\"type\":\"web_search_call\"}],\"usage\":{\"input_tokens\":7}}",
                    "usage_date_utc,model_version,usage_input_tokens_no_cache,web_search_count\n2026-08-05,m,7,3\n",
                    "{\"uncached_input_tokens\":7,\"model\":\"m\",\"server_tool_use\":{\"web_search_requests\":2}}"
                })
        void toolsOfTheProviderAreNamed(String log) throws IOException {
            assertThat(only(log).doubts())
                    .containsExactly(
                            "calls tools that the provider runs, whose cost is not included");
        }
    }

    @Nested
    class AFileThatIsNoLog {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "name,amount\\nx,1 | is a table without a column of token counts",
                    "model,input_tokens,model\\nm,1,n | has two columns with the name model"
                })
        void isRefusedWithOneMessage(String file, String message) {
            assertThatThrownBy(() -> read(file.replace("\\n", "\n")))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(message);
        }

        @Test
        void mayBeInUtf16() throws IOException {
            for (var charset : List.of(UTF_16, UTF_16LE, UTF_16BE)) {
                assertThat(read("model,input_tokens\nm,7\n".getBytes(charset)))
                        .singleElement()
                        .isInstanceOf(Billed.class);
                assertThat(read("\uFEFF{\"model\":\"m\",\"input_tokens\":7}".getBytes(charset)))
                        .singleElement()
                        .isInstanceOf(Billed.class);
            }
        }

        @Test
        void rowWithOtherFieldsThanTheHeaderIsRefused() throws IOException {
            assertThat(refusal("model,input_tokens\na,b,7\n"))
                    .isEqualTo("has 3 fields, but the header has 2");
            assertThat(refusal("model,input_tokens\n7\n"))
                    .isEqualTo("has 1 fields, but the header has 2");
        }

        @Test
        void headerMayBeRepeated() throws IOException {
            assertThat(read("model,input_tokens\nm,7\nmodel,input_tokens\n\nm,8,\n")).hasSize(2);
        }
    }
}
