package com.example.questions;

import dev.millrace.client.MillraceClient;
import dev.millrace.client.request.Request;
import dev.millrace.contracts.output.Output;
import dev.millrace.spring.MillraceListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.autoconfigure.SpringBootApplication;

// begin
@SpringBootApplication
public class Questions {
    private final MillraceClient client;
    private final Set<String> answered = ConcurrentHashMap.newKeySet();

    public Questions(MillraceClient client) {
        this.client = client;
    }

    public String ask(String customId, String question) {
        return client.call(Request.chatCompletion("auto").customId(customId).user(question).build())
                .join()
                .text();
    }

    @MillraceListener(group = "questions")
    void onResult(Output.Result result) {
        answered.add(result.view().customId());
    }

    public Set<String> answered() {
        return answered;
    }
}
// end
