package dev.millrace.gateway.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.testclusters.browser.Browser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Uses the dashboard with the keyboard, and reads it as a screen reader does. */
@Tag("long")
@Execution(ExecutionMode.SAME_THREAD)
class DashboardAccessIT {
    private static final int MAX_TABS = 60;
    private static final String STATE =
            ShownPipeline.STATE.replace(
                    "\"policies\":[]",
                    """
                            "policies":[{"policy":"default","version":"v7","asked":true,"applied_at":"2026-11-20T12:00:00Z","by":"ada","note":null,"ramps":[]}]\
                            """);

    @TempDir private static Path folder;
    private static TestDatabase database = new TestDatabase("");
    private Browser browser;
    private ServedPage page;

    @BeforeAll
    static void createDatabase() throws Exception {
        database = TestDatabase.sqlite(folder);
        ShownPipeline.storeIn(database);
    }

    @BeforeEach
    void open() {
        browser = Browser.start();
        page =
                ServedPage.of(
                        database,
                        () -> STATE,
                        (operation, by) -> by + " " + operation,
                        ShownPipeline.NOW);
    }

    @AfterEach
    void close() {
        if (page != null) {
            page.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    private void show() {
        browser.open(page.url());
        browser.awaitText("#failures", "validation_error");
        browser.awaitText("#attention", "rejects the key");
        browser.awaitValue("document.querySelector('#spend-totals').children.length", "1");
    }

    /** Presses Tab until the focus leaves the page; returns the names of what had the focus. */
    private List<String> tabThroughThePage() {
        var names = new ArrayList<String>();
        for (int i = 0; i < MAX_TABS; i++) {
            browser.press(Keys.TAB);
            WebElement focused = browser.focused();
            if (focused.getTagName().equals("body")) {
                return names;
            }
            if (!focused.getTagName().equals("div")) {
                names.add(focused.getAriaRole() + " " + focused.getAccessibleName());
            }
            assertThat(focused.getCssValue("outline-style"))
                    .as("the mark of the focus on %s", focused.getAccessibleName())
                    .isEqualTo("solid");
        }
        throw new AssertionError("the focus never leaves the page: " + names);
    }

    @Test
    void everyControlIsReachedInTheOrderOfThePageAndShowsTheFocus() {
        show();
        List<String> controls =
                browser.findAll("a, button, select, input, summary").stream()
                        .filter(
                                it ->
                                        it.isDisplayed()
                                                || "skip".equals(it.getDomAttribute("class")))
                        .map(it -> it.getAriaRole() + " " + it.getAccessibleName())
                        .toList();

        assertThat(tabThroughThePage()).containsExactlyElementsOf(controls);
        assertThat(controls)
                .contains(
                        "link Skip to the figures",
                        "searchbox Find by name, file, metadata, tenant, or custom_id of a job",
                        "link Errors of b<i>2",
                        "button Cancel batch b1 of default",
                        "button Pause deepseek-v3.2",
                        "button Resume gpt-4.1",
                        "combobox By",
                        "combobox in",
                        "button Roll back policy default from v7",
                        "link usage API");
    }

    @Test
    void firstLinkSkipsToTheFigures() {
        show();
        browser.press(Keys.TAB);
        assertThat(browser.focused().isDisplayed()).isTrue();
        browser.press(Keys.ENTER);
        assertThat(browser.evaluate("document.activeElement.id")).isEqualTo("main");
    }

    @Test
    void modelIsPausedByTheKeyboardAndTheFocusStays() {
        show();
        var _ = browser.evaluate("document.querySelector('[aria-label^=Pause]').focus()");
        browser.press(Keys.ENTER);
        browser.answer(true);
        browser.awaitText("#done", "Done: local PauseModel[model=deepseek-v3.2].");

        assertThat(browser.find("#done").getAriaRole()).isEqualTo("status");
        assertThat(browser.focused().getAccessibleName()).isEqualTo("Pause deepseek-v3.2");
    }

    @Test
    void screenReaderIsToldHowMuchNeedsAttention() {
        show();
        assertThat(browser.find("#attention-count").getAriaRole()).isEqualTo("status");
        assertThat(browser.evaluate("document.getElementById('attention-count').textContent"))
                .isEqualTo("3 things need attention");
        assertThat(browser.find("#connection").getAriaRole()).isEqualTo("status");
    }

    @Test
    void tablesHaveCaptionsAndHeads() {
        show();
        assertThat(browser.findAll("main table")).hasSizeGreaterThan(8);
        assertThat(browser.evaluate("document.querySelectorAll('main table').length"))
                .isEqualTo(
                        browser.evaluate(
                                "document.querySelectorAll('main table > caption:not(:empty)').length"));
        assertThat(browser.findAll("main thead th:not([scope=col]), main thead td")).isEmpty();
        assertThat(browser.findAll("main tbody tr > :first-child:not(th[scope=row])")).isEmpty();
    }

    @Test
    void axeFindsNothingInLight() throws Exception {
        show();
        assertThat(browser.accessProblems()).isEmpty();
    }

    @Test
    void axeFindsNothingInABatch() throws Exception {
        browser.open(page.url() + "#batch/default/b1");
        browser.awaitText("#batch-jobs", "custom-1");
        browser.awaitText("#attention", "rejects the key");

        assertThat(browser.find("#batch-section").getText()).contains("validation_error");
        assertThat(browser.accessProblems()).isEmpty();
    }

    @Test
    void axeFindsNothingInDark() throws Exception {
        browser.preferDark();
        show();
        assertThat(browser.accessProblems()).isEmpty();
    }

    @Test
    void axeFindsNothingOnAPhone() throws Exception {
        browser.resizeToPhone();
        show();
        assertThat(browser.accessProblems()).isEmpty();
    }

    @Test
    void axeFindsNothingInTheFormOfTheKey() throws Exception {
        try (var closed = ServedPage.withKey(database, ShownPipeline.NOW, "default", "secret")) {
            browser.open(closed.url());
            browser.awaitText("#connection", "a key is needed");
            browser.find("#key").sendKeys("wrong\n");
            browser.awaitText("#key-problem", "unknown");

            assertThat(browser.find("#key-problem").getAriaRole()).isEqualTo("alert");
            assertThat(browser.focused().getAccessibleName()).isEqualTo("Key");
            assertThat(browser.accessProblems()).isEmpty();
        }
    }
}
