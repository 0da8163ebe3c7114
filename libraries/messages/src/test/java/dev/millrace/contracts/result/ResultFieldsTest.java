package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultFieldsTest {
    private static ResultFields read(String line) {
        return ResultFields.read(line.replace('\'', '"').getBytes(UTF_8));
    }

    @Test
    void scalarsAreFoundByTheirPaths() {
        ResultFields fields =
                read(
                        "{'custom_id':'a','response':{'status_code':200,'more':{'x':1}},"
                                + "'error':null,'millrace':{'job_id':'j','line':null,'labels':{'l':2}}}");

        assertThat(fields.text("custom_id")).isEqualTo("a");
        assertThat(fields.text("response.status_code")).isEqualTo("200");
        assertThat(fields.required("millrace.job_id")).isEqualTo("j");
        assertThat(fields.text("millrace.line")).isNull();
        assertThat(fields.text("error.message")).isNull();
        assertThat(fields.text("millrace.labels.l")).isNull();
        assertThat(fields.hasFallbacks()).isFalse();
        assertThatThrownBy(() -> fields.required("millrace.batch"))
                .hasMessage("a result must have millrace.batch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'a':[1,{'body':2}]}", "'text'", "12.50", "null", "[]"})
    void bodyIsCopiedByteByByte(String body) {
        String json = body.replace('\'', '"');
        ResultFields fields = read("{'response':{'body': " + json + " ,'status_code':500}}");

        assertThat(new String(Objects.requireNonNull(fields.body()), UTF_8)).isEqualTo(json);
        assertThat(fields.text("response.body")).isNull();
        assertThat(fields.text("response.status_code")).isEqualTo("500");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{'response':null}", "{'response':{'status_code':1}}", "{'body':1}"})
    void lineWithoutAnAnswerHasNoBody(String line) {
        assertThat(read(line).body()).isNull();
    }

    @Test
    void fallbacksAndOmittedFieldsAreNoted() {
        ResultFields fields =
                read(
                        "{'millrace':{'fallbacks':[{'model':'m'}],'omitted':['top_k','seed'],'x':'y'}}");

        assertThat(fields.hasFallbacks()).isTrue();
        assertThat(fields.omitted()).containsExactly("top_k", "seed");
        assertThat(fields.text("millrace.x")).isEqualTo("y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{'a':1", "{'a':1} {}", "{'a' 1}"})
    void anythingElseIsNoResult(String line) {
        assertThatThrownBy(() -> read(line)).isInstanceOf(IllegalArgumentException.class);
    }
}
