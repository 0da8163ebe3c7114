/** Tests of whole pipelines, in this process and in containers. */
@NullMarked
package dev.millrace.testkit.integration;

import org.jspecify.annotations.NullMarked;
