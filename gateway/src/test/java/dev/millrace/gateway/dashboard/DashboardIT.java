package dev.millrace.gateway.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.testclusters.browser.Browser;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.Keys;

/** Shows a database and the state of a pipeline in a browser. */
@Execution(ExecutionMode.SAME_THREAD)
class DashboardIT {
    @TempDir private static Path folder;

    private static TestDatabase database = new TestDatabase("");
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start();
        database = TestDatabase.sqlite(folder);
        ShownPipeline.storeIn(database);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
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
        try (var page = ServedPage.of(database, () -> ShownPipeline.STATE, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#failures", "validation_error");
            browser.awaitText("#tile-cost", "USD");

            assertThat(browser.find("#tile-cost .value").getText())
                    .isEqualTo(storedCost().toPlainString() + " USD");
            assertThat(browser.find("#tile-jobs .value").getText())
                    .isEqualTo(text("SELECT COUNT(*) FROM costs WHERE is_final"));
            assertThat(browser.rows("#model-costs").getFirst())
                    .startsWith("deepseek-v3.2", text("SELECT COUNT(*) FROM costs WHERE is_final"));
            assertThat(browser.rows("#batches"))
                    .satisfiesExactly(
                            it -> assertBatch(it, "b<i>2", ""),
                            it -> assertBatch(it, "b1", ", and 1 dead letter"));
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

    /** Compares a row with the database: its failed jobs, dead letters and cost. */
    private static void assertBatch(List<String> row, String batch, String letters)
            throws Exception {
        String of = " FROM %s WHERE batch = '" + batch + "'";
        assertThat(row.getFirst()).contains(batch);
        assertThat(row.subList(3, 5))
                .containsExactly(
                        text("SELECT COUNT(error_code)" + of.formatted("results")) + letters,
                        database.rows("SELECT cost_usd" + of.formatted("costs")).stream()
                                        .map(BigDecimal::new)
                                        .reduce(BigDecimal.ZERO, BigDecimal::add)
                                        .toPlainString()
                                + " USD");
    }

    @Test
    void batchHasItsFileItsMetadataAndWhyItWaits() throws Exception {
        JobWaits waits =
                scope ->
                        List.of(
                                new Waiting(
                                        "",
                                        Optional.empty(),
                                        WaitingReason.BUDGET,
                                        "batch/default/" + scope.batch() + " " + ShownPipeline.HTML,
                                        Optional.empty(),
                                        8));
        try (var page =
                ServedPage.withWaits(
                        database, () -> ShownPipeline.STATE, waits, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#batches", "budget");

            List<String> batch = browser.rows("#batches").getLast();
            assertThat(batch.getFirst().lines())
                    .containsExactly(
                            "tickets " + ShownPipeline.HTML + ".jsonl",
                            "b1",
                            "project: <b>support</b>");
            assertThat(batch)
                    .contains(
                            "waits",
                            "budget: batch/default/b1 " + ShownPipeline.HTML,
                            "Results\nErrors\nJobs");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void searchFindsBatchesUntilTheLatestAreShownAgain() throws Exception {
        try (var page = ServedPage.of(database, () -> ShownPipeline.STATE, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#batches", "b<i>2");
            browser.find("#search-text").sendKeys("<B>SUPPORT\n");
            browser.awaitText("#search-note", "1 batch matches");
            assertThat(browser.rows("#batches")).hasSize(1);

            browser.find("#search-text").clear();
            browser.find("#search-text").sendKeys("custom-3\n");
            browser.awaitText("#batches", "b<i>2");
            assertThat(browser.rows("#batches")).hasSize(1);

            browser.click("#search-end");
            browser.awaitText("#batches", "tickets");
            assertThat(browser.rows("#batches")).hasSize(2);
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void batchLinksToItsErrorsAndJobs() throws Exception {
        try (var page = ServedPage.of(database, () -> ShownPipeline.STATE, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#batches", "tickets");
            browser.click("#batches a[href$='b1/jobs']");
            browser.awaitText("#batch-jobs", "custom-1");

            assertThat(browser.find("#batch-title").getText())
                    .isEqualTo("Batch tickets " + ShownPipeline.HTML + ".jsonl");
            assertThat(browser.rows("#batch-jobs"))
                    .hasSize(
                            Integer.parseInt(
                                    text("SELECT COUNT(*) FROM results WHERE batch = 'b1'")));
            assertThat(browser.find("#batch-facts").getText())
                    .contains("project: <b>support</b>", "Dead letters");

            browser.click("#batches a[href$='b1/errors']");
            browser.awaitText("#batch-errors", "duplicate");
            browser.awaitValue(
                    "document.querySelectorAll('#batch-jobs tbody tr').length",
                    text("SELECT COUNT(error_code) FROM results WHERE batch = 'b1'"));
            assertThat(browser.evaluate("document.activeElement.id"))
                    .isEqualTo("batch-errors-title");

            browser.click("#batch-close");
            browser.awaitValue("document.getElementById('batch-section').hidden", "true");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void idleModelsAreFoldedAwayAndTroubleComesFirst() throws Exception {
        String idle =
                """
                {"model":"idle-%d","express_waiting":0,"critical_waiting":0,"high_waiting":0,"normal_waiting":0,"low_waiting":0,"bulk_waiting":0,"running":0,"paused":false},\
                """;
        String state =
                ShownPipeline.STATE.replace(
                        "\"models\":[", "\"models\":[" + idle.formatted(1) + idle.formatted(2));
        try (var page = ServedPage.of(database, () -> state, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#idle-title", "2 idle models");

            assertThat(browser.rows("#models").stream().map(List::getFirst))
                    .containsExactly("gpt-4.1", "deepseek-v3.2");
            assertThat(browser.find("#idle-models").isDisplayed()).isFalse();
            browser.find("#idle-title").sendKeys(Keys.ENTER);
            assertThat(browser.find("#idle-models").getText()).contains("idle-1", "idle-2");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void everyWaitThatNeedsSomebodyNeedsAttention() throws Exception {
        String state =
                ShownPipeline.STATE
                        .replace("81.200000000000000001", "1.2")
                        .replace(
                                "\"waiting\":[",
                                """
                                "waiting":[{"model":"old","reason":"no_topic","value":"the topic <b>t</b> was deleted","jobs":2},
                                 {"model":"new","reason":"no_router","value":"no router runs"},
                                 {"model":"new","reason":"pace","value":"worker.max_in_flight: 50"},
                                 {"model":"new","reason":"word_of_a_later_version","value":"secret"},\
                                """
                                        .replace("\n", ""));
        try (var page = ServedPage.of(database, () -> state, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#attention", "rejects the key");

            assertThat(browser.find("#attention").getText())
                    .contains(
                            "Budget of tenant default, day holds back 37 jobs. 1.20 USD of 100.00"
                                    + " USD are spent and 3.10 USD reserved; the next job may cost"
                                    + " up to 0.50 USD.",
                            "old waits: no topic. The topic <b>t</b> was deleted; 2 jobs. Run"
                                    + " \"millrace topics apply\".",
                            "new waits: no router. No router runs. Start a router.")
                    .doesNotContain("pace", "later version");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void resultsAreDownloadedWithTheKey() throws Exception {
        try (var page = ServedPage.withKey(database, ShownPipeline.NOW, "default", "secret")) {
            browser.open(page.url());
            browser.awaitText("#connection", "a key is needed");
            browser.find("#key").sendKeys("secret\n");
            browser.awaitText("#batches", "tickets");
            var _ =
                    browser.evaluate(
                            "URL.createObjectURL = blob => { blob.text().then(it => window.saved ="
                                    + " it); return '#saved'; }");
            browser.click("#batches a[href*='b1/results']");

            browser.awaitValue(
                    "(window.saved ?? '').trim().split('\\n').length",
                    text("SELECT COUNT(*) FROM results WHERE batch = 'b1'"));
        }
    }

    @Test
    void showsTheStateOfThePipeline() throws Exception {
        try (var page = ServedPage.of(database, () -> ShownPipeline.STATE, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#attention", "rejects the key");

            assertThat(browser.rows("#models").getLast())
                    .containsSubsequence("deepseek-v3.2", "0", "7", "1,204", "0", "98,796", "200");
            assertThat(browser.rows("#models").getLast())
                    .contains(
                            "bulk: found limit: 12 calls a minute, found by 6 refusals since"
                                    + " 2026-11-20T12:00:00Z");
            assertThat(browser.rows("#lanes"))
                    .containsExactly(
                            List.of("express", "0/s", "0"),
                            List.of("critical", "0/s", "0"),
                            List.of("high", "0/s", "7"),
                            List.of("normal", "0/s", "1,207"),
                            List.of("low", "0/s", "0"),
                            List.of("bulk", "0/s", "98,796"));
            assertThat(browser.rows("#models").getFirst()).endsWith("paused", "", "Resume");
            assertThat(browser.find("#tile-waiting .value").getText()).isEqualTo("100,010");
            assertThat(browser.find("#tile-waiting .more").getText())
                    .isEqualTo("jobs wait, and 37 for money");
            assertThat(browser.find("#tile-running .value").getText()).isEqualTo("200");
            assertThat(browser.find("#tile-running .more").getText())
                    .isEqualTo("of 4,000 calls, 2 workers");
            assertThat(browser.rows("#limits").getFirst())
                    .endsWith("configured", "9,800 of 10,000", "120", "2", "1");
            assertThat(browser.rows("#limits").getLast())
                    .containsSubsequence("found by refusals", "9 of 12");
            assertThat(browser.rows("#breakers").getFirst())
                    .contains("open", "authentication_error: the provider answered 401: <b>no</b>");
            assertThat(browser.rows("#budgets").getFirst())
                    .contains("81.200000000000000001 USD", "100.00 USD", "37");
            assertThat(browser.find("#attention").getText())
                    .contains(
                            "key 1 of openai",
                            "open. The provider answered 401",
                            "Paused: gpt-4.1",
                            "Budget of tenant default, day holds back 37 jobs."
                                    + " 81.200000000000000001 USD of 100.00 USD are spent");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    @Test
    void breakerIsHalfOpenOnceATrialMayStart() throws Exception {
        String state = ShownPipeline.STATE.replace("12:06:00Z", "12:04:59Z");
        try (var page = ServedPage.of(database, () -> state, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#breakers", "half-open");

            assertThat(browser.rows("#breakers").getFirst()).contains("half-open");
        }
    }

    @Test
    void jobsThatWaitWhileThereIsMoneyNeedNoAttention() throws Exception {
        String state = ShownPipeline.STATE.replace("\"holds_back\":true", "\"holds_back\":false");
        try (var page = ServedPage.of(database, () -> state, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#attention", "rejects the key");

            assertThat(browser.rows("#budgets").getFirst()).contains("37");
            assertThat(browser.find("#attention").getText()).doesNotContain("Budget");
        }
    }

    @Test
    void textOfRecordsIsNeverHtml() throws Exception {
        try (var page = ServedPage.of(database, () -> ShownPipeline.STATE, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#failures", ShownPipeline.HTML);

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
        try (var page = ServedPage.withKey(database, ShownPipeline.NOW, "default", "secret")) {
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
                        () -> ShownPipeline.STATE,
                        ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#connection", "figures are old");
            browser.awaitText("#models", "1,204");
        }
    }

    @Test
    void pausesAModelAfterAQuestion() throws Exception {
        try (var page =
                ServedPage.of(
                        database,
                        () -> ShownPipeline.STATE,
                        (operation, by) -> by + " " + operation,
                        ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#models", "1,204");
            String button = "[aria-label='Pause deepseek-v3.2']";
            browser.click(button);
            browser.answer(false);
            assertThat(browser.find("#done").isDisplayed()).isFalse();

            browser.click(button);
            browser.answer(true);
            browser.awaitText("#done", "Done: local PauseModel[model=deepseek-v3.2].");
            assertNothingBlockedOrFailed(page.url());
        }
    }

    /** Returns the state with a policy that was applied. */
    private static String withPolicy(String version) {
        return ShownPipeline.STATE.replace(
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
                        ShownPipeline.NOW)) {
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
        try (var page = ServedPage.withKey(database, ShownPipeline.NOW, "default", "secret")) {
            browser.open(page.url());
            browser.awaitText("#connection", "a key is needed");
            browser.find("#key").sendKeys("secret\n");
            browser.awaitText("#failures", "validation_error");

            assertThat(browser.evaluate("document.querySelectorAll('main table button').length"))
                    .isEqualTo("0");
        }
    }

    @Test
    void slowestJobsAreThoseOfTheDatabase() throws Exception {
        try (var page = ServedPage.of(database, () -> ShownPipeline.STATE, ShownPipeline.NOW)) {
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
                var page = ServedPage.of(database, () -> ShownPipeline.STATE, ShownPipeline.NOW)) {
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
                var page = ServedPage.of(database, () -> ShownPipeline.STATE, ShownPipeline.NOW)) {
            phone.resizeToPhone();
            phone.preferDark();
            phone.open(page.url());
            phone.awaitText("#failures", ShownPipeline.HTML);

            assertThat(phone.evaluate("document.documentElement.scrollWidth")).isEqualTo("390");
            assertThat(phone.evaluate("getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo("rgb(15, 20, 27)");
        }
    }
}
