package dev.millrace.standalone.compose;
