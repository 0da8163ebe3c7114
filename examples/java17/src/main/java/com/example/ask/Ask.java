package com.example.ask;

import dev.millrace.client.Answer;
import dev.millrace.client.MillraceClient;
import dev.millrace.client.request.Request;

/** Asks one question, and prints the answer and its cost. */
public final class Ask {
    private Ask() {}

    /**
     * @param args the address of Kafka, and the question
     */
    public static void main(String[] args) {
        try (var client = MillraceClient.connect(args[0])) {
            Answer answer = client.call(Request.chatCompletion("auto").user(args[1]).build()).join();
            System.out.println(answer.text());
            System.out.println(answer.job().model() + ", " + answer.job().costUsd() + " USD");
        }
    }
}
