package dev.millrace.simulator.answer;

/** The result of reading a request body: an answer, or the rejection of an invalid request. */
public sealed interface AnswerResult permits Answer, InvalidRequest {}
