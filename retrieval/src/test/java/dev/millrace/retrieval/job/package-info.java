/** Tests of giving jobs their passages. */
@NullMarked
package dev.millrace.retrieval.job;

import org.jspecify.annotations.NullMarked;
