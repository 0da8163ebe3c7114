/**
 * What an answer says: texts, tool calls and reasoning, generated from the request body. Pure
 * functions of the body; depends on Jackson's tree model only.
 */
@NullMarked
package dev.millrace.simulator.answer.content;

import org.jspecify.annotations.NullMarked;
