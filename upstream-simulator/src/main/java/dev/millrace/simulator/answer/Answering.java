package dev.millrace.simulator.answer;

/**
 * What a request body leads to when nothing goes wrong: an answer, or the refusal of a body that no
 * provider takes.
 */
public sealed interface Answering permits Answer, InvalidRequest {}
