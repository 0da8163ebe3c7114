/**
 * Counts the tokens of requests and bounds the tokens of answers. Uses public tokenizers where they
 * exist and factors elsewhere; media follow the providers' formulas. Any thread. Tokenizers load on
 * first use.
 */
@NullMarked
package dev.millrace.router.classify.token;

import org.jspecify.annotations.NullMarked;
