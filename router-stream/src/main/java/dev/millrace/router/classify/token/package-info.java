/**
 * How many tokens a request has, and how many its answer may have: by the tokenizer where it is
 * published, by factors where it is not, media by the providers' formulas. Any thread; what is
 * expensive is loaded when it is first asked for.
 */
@NullMarked
package dev.millrace.router.classify.token;

import org.jspecify.annotations.NullMarked;
