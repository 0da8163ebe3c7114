/** Tests of the recipes for Kafka Connect. */
@NullMarked
package com.example.connect;

import org.jspecify.annotations.NullMarked;
