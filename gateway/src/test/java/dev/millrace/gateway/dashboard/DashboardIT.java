package dev.millrace.gateway.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.testclusters.browser.Browser;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
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
        try (var page = ServedPage.of(database, () -> ShownPipeline.STATE, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#attention", "rejects the key");

            assertThat(browser.rows("#models").getFirst())
                    .containsSubsequence("deepseek-v3.2", "0", "7", "1,204", "0", "98,796", "200");
            assertThat(browser.rows("#models").getFirst())
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
            assertThat(browser.rows("#models").getLast()).endsWith("paused", "", "Resume");
            assertThat(browser.find("#tile-waiting .value").getText()).isEqualTo("100,010");
            assertThat(browser.find("#tile-running .value").getText()).isEqualTo("200");
            assertThat(browser.find("#tile-running .more").getText())
                    .isEqualTo("of 4,000 calls, 2 workers");
            assertThat(browser.rows("#limits").getFirst())
                    .endsWith("9,800 of 10,000", "120", "2", "1");
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
        String state = ShownPipeline.STATE.replace("81.200000000000000001", "1.2");
        try (var page = ServedPage.of(database, () -> state, ShownPipeline.NOW)) {
            browser.open(page.url());
            browser.awaitText("#attention", "rejects the key");

            assertThat(browser.rows("#budgets").getFirst()).contains("1.20 USD", "37");
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
