/** Tests of whole pipelines in this process. */
@NullMarked
package dev.millrace.testkit.integration;

import org.jspecify.annotations.NullMarked;
