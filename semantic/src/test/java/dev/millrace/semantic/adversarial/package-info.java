/** Pairs of prompts that are made to deceive a semantic cache, through all of its checks. */
@NullMarked
package dev.millrace.semantic.adversarial;

import org.jspecify.annotations.NullMarked;
