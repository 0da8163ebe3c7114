/** Tests of adding passages to prompts. */
@NullMarked
package dev.millrace.retrieval.prompt;

import org.jspecify.annotations.NullMarked;
