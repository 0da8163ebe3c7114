package dev.millrace.wire.error;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of firewalls, load balancers and web servers in place of answers. */
class PageTest {
    private static final String NGINX =
            "<html>\r\n<head><title>%1$s</title></head>\r\n<body>\r\n<center><h1>%1$s</h1></center>\r\n"
                    + "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n<!-- a padding to disable MSIE -->";
    private static final String CLOUDFRONT =
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">\n<HTML><HEAD>"
                    + "<TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY>"
                    + "<H1>403 ERROR</H1><HR>Request blocked.\nWe can't connect to the server.</BODY></HTML>";
    private static final String AKAMAI =
            "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nYou don't have"
                    + " permission to access \"http&#58;&#47;&#47;api&#46;example&#46;com\" on this server.<P>\n"
                    + "Reference&#32;&#35;18&#46;9c\n</BODY></HTML>";
    private static final String ALIYUN =
            "<!doctypehtml><html lang=\"zh-cn\"><title>405</title><style>.message{background:url("
                    + "https://errors.aliyun.com/images/x.png)}</style><body><script>if (1 < 2) f()</script>"
                    + "</body></html>";
    private static final String S3 =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code>"
                    + "<Message>Access Denied</Message></Error>";

    private static ErrorBody page(String body) {
        return ErrorBody.read(body.getBytes(UTF_8));
    }

    private static ErrorCode error(int status, String body) {
        return StatusRules.error(status, page(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"403 Forbidden", "400 Bad Request", "insufficient_quota", "rate limit"})
    void pageIsNotAboutKeyModelOrRequest(String title) {
        for (int status : new int[] {400, 403, 406, 418, 451, 500, 502, 503, 520}) {
            assertThat(error(status, NGINX.formatted(title)))
                    .as("%s", status)
                    .isEqualTo(ErrorCode.SERVER_ERROR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CLOUDFRONT, AKAMAI, ALIYUN, S3})
    void pageOfAFirewallIsNotAboutTheKey(String page) {
        assertThat(error(403, page)).isEqualTo(ErrorCode.SERVER_ERROR);
    }

    @Test
    void firewallThatAnswers405DoesNotMeanTheAddress() {
        assertThat(error(405, ALIYUN)).isEqualTo(ErrorCode.SERVER_ERROR);
        assertThat(error(405, NGINX.formatted("405 Not Allowed")))
                .isEqualTo(ErrorCode.MODEL_NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource({
        "401, AUTHENTICATION_ERROR",
        "404, MODEL_NOT_FOUND",
        "413, VALIDATION_ERROR",
        "429, RATE_LIMIT_EXCEEDED"
    })
    void statusOfAWebServerKeepsItsMeaning(int status, ErrorCode expected) {
        assertThat(error(status, NGINX.formatted("Sorry"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "400 The plain HTTP request was sent to HTTPS port",
                "Reason: You're speaking plain HTTP to an SSL-enabled server port.",
                "Bad Request - Invalid Hostname"
            })
    void pageThatNamesAWrongAddressIsAnErrorOfTheAddress(String text) {
        assertThat(error(400, NGINX.formatted(text))).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
    }

    @Test
    void plainTextIsAPageByItsContentType() {
        byte[] body = "The page cannot be displayed.".getBytes(UTF_8);

        assertThat(StatusRules.error(403, ErrorBody.read(body, "text/html; charset=utf-8")))
                .isEqualTo(ErrorCode.SERVER_ERROR);
        assertThat(StatusRules.error(403, ErrorBody.read(body, "text/plain")))
                .isEqualTo(ErrorCode.AUTHENTICATION_ERROR);
    }

    @Test
    void jsonIsNoPageWhateverItsContentType() {
        byte[] body = "{\"error\":{\"message\":\"Invalid API key\"}}".getBytes(UTF_8);

        assertThat(StatusRules.error(403, ErrorBody.read(body, "text/html")))
                .isEqualTo(ErrorCode.AUTHENTICATION_ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"<html><body>Request blocked</body></html>\",\"code\":403}}",
                "{\"error\":{\"message\":\"Provider returned error\",\"code\":403,\"metadata\":"
                        + "{\"raw\":\"<html><body>Request blocked</body></html>\"}}}"
            })
    void pageThatAGatewayQuotesIsAPage(String body) {
        assertThat(error(403, body)).isEqualTo(ErrorCode.SERVER_ERROR);
        assertThat(page(body).text()).isEqualTo("Request blocked");
    }

    @Test
    void messageThatContainsAPageIsShownWithoutMarkup() {
        assertThat(
                        page("{\"message\":\"Z.AI error 405: " + ALIYUN.replace("\"", "'") + "\"}")
                                .text())
                .isEqualTo("Z.AI error 405: 405");
    }

    @Test
    void messageAboutMarkupIsNoPage() {
        String body = "{\"error\":{\"message\":\"Invalid value: 'see <html>' at messages[0]\"}}";

        assertThat(error(400, body)).isEqualTo(ErrorCode.VALIDATION_ERROR);
    }

    @Test
    void pageWithin200HasNoStatus() {
        assertThat(ImpliedStatus.of(page(NGINX.formatted("rate limit")))).isEmpty();
    }

    @Test
    void textHasNoMarkup() {
        assertThat(page(CLOUDFRONT).text())
                .isEqualTo(
                        "ERROR: The request could not be satisfied 403 ERROR Request blocked. We"
                                + " can't connect to the server.");
        assertThat(page(AKAMAI).text()).contains("Access Denied", "on this server. Reference");
        assertThat(page(NGINX.formatted("A&nbsp;&amp;&lt;B&gt;")).text())
                .isEqualTo("A & B A & B nginx");
        assertThat(page(S3).text()).isEqualTo("AccessDenied Access Denied");
        assertThat(page("<html><body>Half <a href='x").text()).isEqualTo("Half");
        assertThat(page("<html><script>never ends").text()).isEmpty();
    }
}
