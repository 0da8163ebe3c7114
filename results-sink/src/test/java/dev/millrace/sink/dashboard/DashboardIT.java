package dev.millrace.sink.dashboard;

import static dev.millrace.sink.fixture.Records.COSTS_0;
import static dev.millrace.sink.fixture.Records.LETTERS_0;
import static dev.millrace.sink.fixture.Records.NOON;
import static dev.millrace.sink.fixture.Records.RESULTS_0;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.fixture.Records;
import dev.millrace.sink.fixture.TestDatabase;
import dev.millrace.sink.row.RecordPosition;
import dev.millrace.sink.row.Row;
import dev.millrace.sink.row.StoreTransaction;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Shows a database and the state of a pipeline in a browser. */
@Execution(ExecutionMode.SAME_THREAD)
class DashboardIT {
    private static final String HTML = "<img src=x onerror=alert(1)>";
    private static final int JOBS = 12;
    private static final Instant NOW = NOON.plus(Duration.ofMinutes(5));
    private static final String STATE =
            """
            {"routers":1,"workers":2,
             "models":[{"model":"deepseek-v3.2","critical_waiting":0,"high_waiting":7,"normal_waiting":1204,"low_waiting":0,"bulk_waiting":98796,"running":200,"paused":false},
                       {"model":"gpt-4.1","critical_waiting":0,"high_waiting":0,"normal_waiting":3,"low_waiting":0,"bulk_waiting":0,"running":0,"paused":true}],
             "policies":[],"tripped":[],
             "pauses":[{"model":"gpt-4.1","at":"2026-11-20T11:00:00Z","by":"anna"}],
             "breakers":[{"breaker":"key 1 of openai","workers":2,"error":"authentication_error","reason":"the provider answered 401: <b>no</b>","since":"2026-11-20T12:00:00Z","next_trial":"2026-11-20T12:01:00Z"}],
             "budgets":[{"tenant":"default","period":"day","limit_usd":100,"spent_usd":81.200000000000000001,"reserved_usd":3.1,"waiting_jobs":37,"rejected_jobs":0,"alert_percent":80,"at":"2026-11-20T12:00:00Z"}],
             "limits":[{"path":"models.gpt-4.1.limits.requests_per_minute","limit":10000,"used":9800,"leased":120,"workers":2,"waiting_workers":1}],
             "unreadable":[],"ahead":[]}
            """
                    .replace("\n", "");

    @TempDir private static Path folder;

    private static TestDatabase database = new TestDatabase("");
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start();
        database = TestDatabase.sqlite(folder);
        store(database);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Stores jobs of two batches: every fourth fails, with HTML in its message and its names. */
    private static void store(TestDatabase database) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i <= JOBS; i++) {
            String batch = i % 3 == 0 ? "b<i>2" : "b1";
            byte[] value = Records.result(batch, i, "hello");
            if (i % 4 == 0) {
                value = failed(Records.result(batch, i, "", ErrorCode.VALIDATION_ERROR, 100, "0"));
            }
            rows.add(
                    new Row.Result(
                            new RecordPosition(RESULTS_0, i, NOON.plusMillis(i)),
                            ResultView.read(value),
                            value));
            rows.add(
                    Records.costRow(
                            i,
                            Records.cost(
                                    batch, i, 1, CostKind.BILLED, "0.000000000000000000" + i)));
        }
        rows.add(
                new Row.Letter(
                        new RecordPosition(LETTERS_0, 0, NOON.plusSeconds(9)),
                        new DeadLetter(
                                "duplicate",
                                HTML,
                                "millrace.requests",
                                0,
                                7,
                                "default",
                                "b1",
                                5L,
                                null),
                        null,
                        HTML.getBytes(UTF_8)));
        try (var writer =
                new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOW))) {
            writer.add(Map.of(RESULTS_0, 0L, COSTS_0, 0L, LETTERS_0, 0L));
            var _ = writer.store(new StoreTransaction(rows, List.of()));
        }
    }

    private static byte[] failed(byte[] result) {
        return new String(result, UTF_8)
                .replace("{\"answer\":\"\"}", "{\"error\":{\"message\":\"%s\"}}".formatted(HTML))
                .getBytes(UTF_8);
    }

    private static String text(String sql) throws Exception {
        return database.rows(sql).getFirst();
    }

    private static BigDecimal storedCost() throws Exception {
        return database.rows("SELECT cost_usd FROM costs").stream()
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static void assertNothingBlockedOrFailed(String url) {
        assertThat(browser.log()).isEmpty();
        assertThat(
                        browser.evaluate(
                                "performance.getEntriesByType('resource').filter(it =>"
                                        + " !it.name.startsWith('"
                                        + url
                                        + "')).length"))
                .isEqualTo("0");
    }

    @Test
    void showsWhatTheDatabaseHolds() throws Exception {
        try (var page = ServedPage.of(database, () -> STATE, NOW)) {
            browser.open(page.url());
            browser.awaitText("#failures", "validation_error");
            browser.awaitText("#tile-cost", "USD");

            assertThat(browser.find("#tile-cost .value").getText())
                    .isEqualTo(storedCost().toPlainString() + " USD");
            assertThat(browser.find("#tile-jobs .value").getText())
                    .isEqualTo(text("SELECT COUNT(*) FROM costs WHERE is_final"));
            assertThat(browser.rows("#model-costs").getFirst())
                    .startsWith("deepseek-v3.2", text("SELECT COUNT(*) FROM costs WHERE is_final"));
            for (List<String> batch : browser.rows("#batches")) {
                String counts =
                        text(
                                """
                                SELECT COUNT(*) - COUNT(error_code), COUNT(error_code),
                                    (SELECT COUNT(*) FROM dead_letters WHERE batch = '%1$s')
                                FROM results WHERE batch = '%1$s'
                                """
                                        .formatted(batch.getFirst()));
                assertThat(String.join("|", batch.subList(3, 6))).isEqualTo(counts);
            }
            assertThat(browser.rows("#batches")).hasSize(2);
            assertThat(
                            browser.rows("#errors").stream()
                                    .map(it -> it.get(0) + it.get(2) + it.get(3)))
                    .containsExactly(
                            "validation_error"
                                    + text("SELECT COUNT(error_code) FROM results")
                                    + "0",
                            "duplicate01");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void showsTheStateOfThePipeline() throws Exception {
        try (var page = ServedPage.of(database, () -> STATE, NOW)) {
            browser.open(page.url());
            browser.awaitText("#attention", "rejects the key");

            assertThat(browser.rows("#models").getFirst())
                    .containsSubsequence("deepseek-v3.2", "0", "7", "1,204", "0", "98,796", "200");
            assertThat(browser.rows("#models").getLast()).endsWith("paused", "Resume");
            assertThat(browser.find("#tile-waiting .value").getText()).isEqualTo("100,010");
            assertThat(browser.find("#tile-running .value").getText()).isEqualTo("200");
            assertThat(browser.rows("#limits").getFirst().get(1)).isEqualTo("9,800 of 10,000");
            assertThat(browser.rows("#breakers").getFirst())
                    .contains("open", "authentication_error: the provider answered 401: <b>no</b>");
            assertThat(browser.rows("#budgets").getFirst())
                    .contains("81.200000000000000001 USD", "100.00 USD", "37");
            assertThat(browser.find("#attention").getText())
                    .contains(
                            "key 1 of openai",
                            "open. The provider answered 401",
                            "Paused: gpt-4.1",
                            "Budget of tenant default");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void textOfRecordsIsNeverHtml() throws Exception {
        try (var page = ServedPage.of(database, () -> STATE, NOW)) {
            browser.open(page.url());
            browser.awaitText("#failures", HTML);

            assertThat(browser.find("#batches").getText()).contains("b<i>2");
            assertThat(
                            browser.evaluate(
                                    "document.querySelectorAll('main img, main i, main b').length"))
                    .isEqualTo("0");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void asksForTheKeyAndShowsOnlyItsTenant() throws Exception {
        try (var page = ServedPage.withKey(database, NOW, "default", "secret")) {
            browser.open(page.url());
            browser.awaitText("#connection", "a key is needed");
            browser.find("#key").sendKeys("wrong\n");
            browser.awaitText("#key-problem", "unknown");
            assertThat(browser.find("#main").isDisplayed()).isFalse();
            browser.find("#key").sendKeys("secret\n");
            browser.awaitText("#failures", "validation_error");

            assertThat(browser.find("#caller").getText()).isEqualTo("tenant default");
            assertThat(browser.find("#models").isDisplayed()).isFalse();
            assertThat(browser.evaluate("document.cookie + localStorage.length")).isEqualTo("0");
            assertThat(browser.evaluate("location.href")).isEqualTo(page.url());
        }
        // The answers 401 before the right key.
        assertThat(browser.log()).allMatch(it -> it.contains("401") || it.contains("ERR_"));
    }

    @Test
    void saysWhenItsFiguresAreOldAndContinues() throws Exception {
        try (var page =
                ServedPage.of(
                        new TestDatabase("jdbc:sqlite:" + folder.resolve("none.db")),
                        () -> STATE,
                        NOW)) {
            browser.open(page.url());
            browser.awaitText("#connection", "figures are old");
            browser.awaitText("#models", "1,204");
        }
    }

    @Test
    void pausesAModelAfterAQuestion() throws Exception {
        try (var page =
                ServedPage.of(
                        database, () -> STATE, (operation, by) -> by + " " + operation, NOW)) {
            browser.open(page.url());
            browser.awaitText("#models", "1,204");
            browser.click("#models button");
            browser.answer(false);
            assertThat(browser.find("#done").isDisplayed()).isFalse();

            browser.click("#models button");
            browser.answer(true);
            browser.awaitText("#done", "Done: local PauseModel[model=deepseek-v3.2].");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    /** Returns the state with a policy that was applied. */
    private static String withPolicy(String version) {
        return STATE.replace(
                "\"policies\":[]",
                """
                "policies":[{"policy":"default","version":"%s","asked":true,"applied_at":"2026-11-20T12:00:00Z","by":"ada","note":null,"ramps":[]}]\
                """
                        .formatted(version));
    }

    @Test
    void rollsBackTheVersionThatThePageShows() throws Exception {
        var version = new AtomicReference<>("v7");
        try (var page =
                ServedPage.of(
                        database,
                        () -> withPolicy(version.get()),
                        (operation, by) -> by + " " + operation,
                        NOW)) {
            browser.open(page.url());
            browser.awaitText("#policies", "v7");
            version.set("v8");
            browser.awaitText("#policies", "v8");
            assertThat(browser.find("#policies button").getAttribute("aria-label"))
                    .isEqualTo("Roll back policy default from v8");

            browser.click("#policies button");
            browser.answer(true);
            browser.awaitText("#done", "Done: local RollBackPolicy[policy=default, version=v8].");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void readerWithoutTheRoleSeesNoButtons() throws Exception {
        try (var page = ServedPage.withKey(database, NOW, "default", "secret")) {
            browser.open(page.url());
            browser.awaitText("#connection", "a key is needed");
            browser.find("#key").sendKeys("secret\n");
            browser.awaitText("#failures", "validation_error");

            assertThat(browser.evaluate("document.querySelectorAll('main button').length"))
                    .isEqualTo("0");
        }
    }

    @Test
    void slowestJobsAreThoseOfTheDatabase() throws Exception {
        try (var page = ServedPage.of(database, () -> STATE, NOW)) {
            browser.open(page.url());
            browser.awaitText("#slowest", "custom-");

            assertThat(browser.rows("#slowest").stream().map(List::getFirst))
                    .containsExactlyElementsOf(
                            database.rows(
                                    "SELECT custom_id FROM results ORDER BY upstream_ms DESC,"
                                            + " job_id LIMIT 10"));
        }
    }

    @Test
    void chartsStayWhenTheColoursChange() throws Exception {
        try (var other = Browser.start();
                var page = ServedPage.of(database, () -> STATE, NOW)) {
            other.open(page.url());
            other.awaitValue(
                    "document.querySelector('#spend-totals p, #spend-totals table') !== null",
                    "true");

            var _ = other.evaluate("window.fetch = () => new Promise(() => {})");
            other.preferDark();

            other.awaitValue("Chart.getChart('spend')?.options.color", "#a3aebb");
            assertThat(other.evaluate("Chart.getChart('spend').data.labels.length"))
                    .isEqualTo("48");
        }
    }

    @Test
    void fitsOnAPhone() throws Exception {
        try (var phone = Browser.start();
                var page = ServedPage.of(database, () -> STATE, NOW)) {
            phone.resizeToPhone();
            phone.preferDark();
            phone.open(page.url());
            phone.awaitText("#failures", HTML);

            assertThat(phone.evaluate("document.documentElement.scrollWidth")).isEqualTo("390");
            assertThat(phone.evaluate("getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo("rgb(15, 20, 27)");
        }
    }
}
