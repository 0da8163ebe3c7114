package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which answers are kept although the model stopped early. */
class IncompleteAnswersTest {
    private final CacheWorld world = new CacheWorld();
    private int jobs;

    private Job ask() {
        Job job = world.job("job-" + jobs++, 1);
        world.lookUp(job);
        return job;
    }

    private boolean isHit() {
        Job job = ask();
        world.commit();
        return !world.endsOf(job).isEmpty() && world.resultOf(job).contains("\"cache\":\"hit\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[{'finish_reason':'stop'},{'finish_reason':'content_filter'}]}",
                "{'choices':[{'finish_reason':'stop'},{'finish_reason':'error'}]}",
                "{'choices':[{'text':'','finish_reason':'insufficient_system_resource'}]}",
                "{'choices':[{'text':'a','finish_reason':'stop'},{'finish_reason':'abort'}]}",
                "{'choices':[{'text':'','finish_reason':{'type':'abort','message':'m'}}]}",
                "{'content':[],'stop_reason':'refusal'}",
                "{'status':'incomplete','incomplete_details':{'reason':'content_filter'}}"
            })
    void answerWithMissingContentGoesToWaitingJobsAndIsNotKept(String body) {
        Job first = ask();
        Job second = ask();
        world.answer(first, CallResults.answered(first, body.replace('\'', '"')));

        assertThat(world.resultOf(second)).contains("\"cache\":\"collapsed\"");
        assertThat(isHit()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[{'finish_reason':'length','message':{'content':'error'}}]}",
                "{'content':[{'stop_reason':'refusal'}],'stop_reason':'max_tokens'}",
                "{'status':'incomplete','incomplete_details':{'reason':'max_output_tokens'}}",
                "{'status':'completed','incomplete_details':null,'choices':[null,[]]}",
                "[]"
            })
    void answerWithoutMissingContentIsKept(String body) {
        Job first = ask();
        world.answer(first, CallResults.answered(first, body.replace('\'', '"')));

        assertThat(isHit()).isTrue();
    }
}
