@NullMarked
package dev.millrace.retrieval.catalog;

import org.jspecify.annotations.NullMarked;
