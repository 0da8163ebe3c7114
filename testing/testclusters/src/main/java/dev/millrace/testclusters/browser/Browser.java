package dev.millrace.testclusters.browser;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium with an empty profile. */
public final class Browser implements AutoCloseable {

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts a browser; skips the test where there is none. */
    public static Browser start() {
        Optional<Path> program = program("chromium", "chromium-browser", "google-chrome");
        Optional<Path> driver = program("chromedriver");
        assumeTrue(
                program.isPresent() && driver.isPresent(),
                "the dashboard is tested only where chromium and chromedriver are on the PATH");
        var preferences = new LoggingPreferences();
        preferences.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(program.orElseThrow().toFile());
        options.setCapability("goog:loggingPrefs", preferences);
        // As root, as in containers, Chromium runs only without its sandbox.
        options.addArguments(
                List.of("--headless=new", "--no-sandbox", "--disable-gpu", "--lang=en-US"));
        File executable = driver.orElseThrow().toFile();
        return new Browser(
                new ChromeDriver(
                        new ChromeDriverService.Builder()
                                .usingDriverExecutable(executable)
                                .usingAnyFreePort()
                                .build(),
                        options));
    }

    private static Optional<Path> program(String... names) {
        return Stream.of(names)
                .flatMap(
                        name ->
                                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Opens a page, and discards what earlier pages logged. */
    public void open(String url) {
        // An earlier page would still ask its closed server, and log that.
        driver.get("about:blank");
        var _ = log();
        driver.get(url);
    }

    public WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    public void click(String css) {
        find(css).click();
    }

    /** Answers the question that the page asks. */
    public void answer(boolean yes) {
        var question = driver.switchTo().alert();
        if (yes) {
            question.accept();
        } else {
            question.dismiss();
        }
    }

    /** Waits until the element's text contains the given text. */
    public void awaitText(String css, String text) {
        await().ignoreExceptionsMatching(
                        it ->
                                it instanceof NoSuchElementException
                                        || it instanceof StaleElementReferenceException)
                .until(() -> find(css).getText(), it -> it.contains(text));
    }

    /** Waits until a script returns the given text. */
    public void awaitValue(String expression, String text) {
        await().until(() -> evaluate(expression), text::equals);
    }

    /** Returns the texts of the cells of each row of the table in an element. */
    public List<List<String>> rows(String css) {
        return driver.findElements(By.cssSelector(css + " tbody tr")).stream()
                .map(
                        row ->
                                row.findElements(By.cssSelector("th, td")).stream()
                                        .map(cell -> cell.getText().strip())
                                        .toList())
                .toList();
    }

    /** Returns the browser's log, such as script errors and blocked requests. */
    public List<String> log() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(Object::toString)
                .toList();
    }

    /** Runs a script and returns its result as text. */
    public String evaluate(String expression) {
        return String.valueOf(driver.executeScript("return String(" + expression + ")"));
    }

    /** Presses a key. */
    public void press(Keys key) {
        new Actions(driver).sendKeys(key).perform();
    }

    /** Returns the element that has the focus. */
    public WebElement focused() {
        return driver.switchTo().activeElement();
    }

    public List<WebElement> findAll(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /**
     * Returns what axe finds on the page, against WCAG 2.2 at level AA and its own advice: the rule
     * and the elements that break it.
     */
    public List<String> accessProblems() throws IOException {
        try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
            var _ =
                    driver.executeScript(
                            new String(
                                    Objects.requireNonNull(axe).readAllBytes(),
                                    StandardCharsets.UTF_8));
        }
        var found =
                (List<?>)
                        driver.executeAsyncScript(
                                """
                                const done = arguments[arguments.length - 1];
                                axe.run(document, {rules: {'target-size': {enabled: true}}}).then(it => done(it.violations.flatMap(rule => rule.nodes.map(
                                    node => rule.id + ' ' + node.target + ': ' + node.failureSummary))),
                                    error => done([String(error)]));
                                """);
        return Objects.requireNonNull(found).stream().map(String::valueOf).toList();
    }

    /** Makes the page think that its reader prefers dark pages. */
    public void preferDark() {
        var _ =
                driver.executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of(
                                "features",
                                List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    }

    /** Makes the window as wide as a phone. */
    public void resizeToPhone() {
        var _ =
                driver.executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of(
                                "width",
                                390,
                                "height",
                                844,
                                "deviceScaleFactor",
                                1,
                                "mobile",
                                true));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
